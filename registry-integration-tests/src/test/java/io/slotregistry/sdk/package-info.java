/** Runs unmodified client SDKs and the registry as processes of their own, and watches the wire between them. */
@NullMarked
package io.slotregistry.sdk;

import org.jspecify.annotations.NullMarked;
