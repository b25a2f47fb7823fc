package io.slotregistry.benchmarks;

import com.alipay.remoting.BizContext;
import com.alipay.remoting.rpc.RpcServer;
import com.alipay.remoting.rpc.protocol.SyncUserProcessor;

/** The floor: SOFABolt that gives back the string that it gets. Ends when its standard input does. */
final class EchoServer {
    private EchoServer() {}

    public static void main(String[] args) throws Exception {
        ChangeLatency.silenceLibraries();
        RpcServer server = new RpcServer("127.0.0.1", Integer.parseInt(args[0]));
        server.registerUserProcessor(new Echo());
        server.startup();
        System.out.println("is ready");
        while (System.in.read() >= 0) {
            // The parent holds the other end.
        }
        System.exit(0);
    }

    private static final class Echo extends SyncUserProcessor<String> {
        @Override
        public Object handleRequest(BizContext context, String request) {
            return request;
        }

        @Override
        public String interest() {
            return String.class.getName();
        }
    }
}
