/** The one way to bring changes to another node: send the current state of what is dirty, one message at a time. */
@NullMarked
package io.slotregistry.sender;

import org.jspecify.annotations.NullMarked;
