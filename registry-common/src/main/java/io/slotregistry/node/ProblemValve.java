package io.slotregistry.node;

import java.io.IOException;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;

/** Problem JSON in place of the web server's own pages, for what it refuses before anything of ours sees it. */
public final class ProblemValve extends ErrorReportValve {
    private static final int FIRST_ERROR = 400;

    @Override
    protected void report(Request request, Response response, Throwable failure) {
        int status = response.getStatus();
        if (status < FIRST_ERROR || response.getContentWritten() > 0 || !response.setErrorReported()) {
            return;
        }
        HttpStatus known = HttpStatus.resolve(status);
        String title = known == null ? "Error" : known.getReasonPhrase();
        try {
            response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
            response.setCharacterEncoding("UTF-8");
            response.getReporter()
                    .write("{\"title\":\"" + title + "\",\"status\":" + status
                            + ",\"detail\":\"the web server could not read the request: encode what it asks for\"}");
            response.finishResponse();
        } catch (IOException gone) {
            container.getLogger().debug("nobody to tell", gone);
        }
    }
}
