/** Configurators: clients that are told a value which operators have set, whenever it changes. */
@NullMarked
package io.slotregistry.session.configure;

import org.jspecify.annotations.NullMarked;
