/** Names shared by all roles: what a service is called. */
@NullMarked
package io.slotregistry.model;

import org.jspecify.annotations.NullMarked;
