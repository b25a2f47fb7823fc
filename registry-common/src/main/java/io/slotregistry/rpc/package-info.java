/** How nodes talk to each other: typed requests and replies over Bolt. */
@NullMarked
package io.slotregistry.rpc;

import org.jspecify.annotations.NullMarked;
