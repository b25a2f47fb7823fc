/**
 * The HTTP port of a role that SDKs and probes know: short questions, short answers, one to a connection. It has a
 * thread of its own, so that nothing else can keep it from answering.
 */
@NullMarked
package io.slotregistry.http;

import org.jspecify.annotations.NullMarked;
