/** The data role as a Spring Boot application. */
@NullMarked
package io.slotregistry.data.app;

import org.jspecify.annotations.NullMarked;
