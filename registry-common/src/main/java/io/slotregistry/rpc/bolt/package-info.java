/**
 * The Bolt wire protocol over Netty, for clients and between nodes: bounded frames, connections with calls both ways,
 * and the {@link io.slotregistry.rpc.Transport} that is built on them.
 */
@NullMarked
package io.slotregistry.rpc.bolt;

import org.jspecify.annotations.NullMarked;
