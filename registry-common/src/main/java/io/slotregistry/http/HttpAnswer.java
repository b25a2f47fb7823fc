package io.slotregistry.http;

/** @param type of the body, such as {@code text/plain} */
public record HttpAnswer(int status, String type, String body) {
    public static HttpAnswer text(int status, String body) {
        return new HttpAnswer(status, "text/plain;charset=UTF-8", body);
    }

    public static HttpAnswer json(int status, String body) {
        return new HttpAnswer(status, "application/json", body);
    }
}
