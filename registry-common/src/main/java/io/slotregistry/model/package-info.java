/** Names shared by all roles: what a service, a node and a process are called. */
@NullMarked
package io.slotregistry.model;

import org.jspecify.annotations.NullMarked;
