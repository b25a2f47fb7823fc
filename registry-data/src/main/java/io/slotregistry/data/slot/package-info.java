/** One slot on one data server: a mirror per session, merged into data, and who watches them. */
@NullMarked
package io.slotregistry.data.slot;

import org.jspecify.annotations.NullMarked;
