/**
 * What makes a core a process: settings from files, environment and command line, threads, ports, and a clear line when
 * something is wrong. Spring is used here and in the applications, nowhere else.
 */
@NullMarked
package io.slotregistry.node;

import org.jspecify.annotations.NullMarked;
