/** Who is in the cluster and who owns which slot, as every node sees it. */
@NullMarked
package io.slotregistry.cluster;

import org.jspecify.annotations.NullMarked;
