@NullMarked
package io.slotregistry.model;

import org.jspecify.annotations.NullMarked;
