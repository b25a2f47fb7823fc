/** What operators do to a whole cluster, and what becomes of it without its meta servers. */
@NullMarked
package io.slotregistry.meta;

import org.jspecify.annotations.NullMarked;
