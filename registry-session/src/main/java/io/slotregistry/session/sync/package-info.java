/** Everything this session tells a data server, in one stream. */
@NullMarked
package io.slotregistry.session.sync;

import org.jspecify.annotations.NullMarked;
