package io.slotregistry.meta.raft;

import com.alipay.remoting.Url;
import com.alipay.remoting.rpc.RpcAddressParser;
import com.alipay.sofa.jraft.rpc.RpcClient;
import com.alipay.sofa.jraft.rpc.impl.BoltRaftRpcFactory;
import com.alipay.sofa.jraft.rpc.impl.BoltRpcClient;
import com.alipay.sofa.jraft.util.SPI;

/**
 * Makes Raft's connections lead to IPv6 addresses too; Bolt splits an address at its first colon. Found by JRaft
 * through {@code META-INF/services}.
 */
@SPI(priority = 1)
public final class RaftConnections extends BoltRaftRpcFactory {
    @Override
    public RpcClient createRpcClient(ConfigHelper<RpcClient> helper) {
        com.alipay.remoting.rpc.RpcClient bolt = new com.alipay.remoting.rpc.RpcClient();
        bolt.setAddressParser(new BracketedAddresses());
        RpcClient client = new BoltRpcClient(bolt);
        if (helper != null) {
            helper.config(client);
        }
        return client;
    }

    private static final class BracketedAddresses extends RpcAddressParser {
        @Override
        public Url parse(String url) {
            int end = url.indexOf("]:");
            if (!url.startsWith("[") || end < 0) {
                return super.parse(url);
            }
            Url parsed = new Url(url, url.substring(0, end + 1), Integer.parseInt(url.substring(end + 2)));
            initUrlArgs(parsed);
            return parsed;
        }
    }
}
