/** The data role: holds what sessions publish, merges it and tells sessions about changes. */
@NullMarked
package io.slotregistry.data;

import org.jspecify.annotations.NullMarked;
