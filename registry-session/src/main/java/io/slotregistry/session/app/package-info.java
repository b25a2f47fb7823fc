/** The session role as a Spring Boot application: its ports, its address list for clients, health and metrics. */
@NullMarked
package io.slotregistry.session.app;

import org.jspecify.annotations.NullMarked;
