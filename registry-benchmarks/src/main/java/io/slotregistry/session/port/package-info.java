/** Measures parts of the client port that nobody outside its package sees. */
@NullMarked
package io.slotregistry.session.port;

import org.jspecify.annotations.NullMarked;
