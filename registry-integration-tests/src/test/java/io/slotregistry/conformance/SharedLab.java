package io.slotregistry.conformance;

import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;
import org.junit.jupiter.api.extension.ParameterContext;
import org.junit.jupiter.api.extension.ParameterResolver;
import org.opentest4j.TestAbortedException;

/** Hands the one {@link Lab} to whoever asks for it; it ends with the test run. */
final class SharedLab implements ParameterResolver {
    @Override
    public boolean supportsParameter(ParameterContext parameter, ExtensionContext context) {
        return parameter.getParameter().getType() == Lab.class;
    }

    @Override
    public Object resolveParameter(ParameterContext parameter, ExtensionContext context) {
        ExtensionContext.Store store = context.getRoot().getStore(Namespace.create(SharedLab.class));
        if (store.get(Throwable.class) != null) {
            throw new TestAbortedException("the registry did not start, see the first failure");
        }
        try {
            return store.computeIfAbsent(Lab.class, key -> new Lab(), Lab.class);
        } catch (AssertionError e) {
            store.put(Throwable.class, e);
            throw e;
        }
    }
}
