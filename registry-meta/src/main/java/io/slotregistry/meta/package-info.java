/** The meta role: who is alive, and who owns which slot. */
@NullMarked
package io.slotregistry.meta;

import org.jspecify.annotations.NullMarked;
