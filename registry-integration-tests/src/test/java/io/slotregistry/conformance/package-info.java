/** What every published client SDK must see of the registry, by name of the wire specification's checklist. */
@NullMarked
package io.slotregistry.conformance;

import org.jspecify.annotations.NullMarked;
