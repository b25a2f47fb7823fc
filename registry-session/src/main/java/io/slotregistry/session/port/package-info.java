/**
 * The client port: the Bolt protocol and the Hessian subset that existing SDKs speak, checked and bounded before
 * anything reaches the session core.
 */
@NullMarked
package io.slotregistry.session.port;

import org.jspecify.annotations.NullMarked;
