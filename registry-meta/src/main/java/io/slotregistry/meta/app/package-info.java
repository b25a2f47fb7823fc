/** The meta role as a Spring Boot application. */
@NullMarked
package io.slotregistry.meta.app;

import org.jspecify.annotations.NullMarked;
