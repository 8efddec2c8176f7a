package io.ngrokd.testing;

import java.lang.reflect.Method;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.InvocationInterceptor;
import org.junit.jupiter.api.extension.ReflectiveInvocationContext;

/** What {@link InOwnNamespace} does. */
final class NamespaceExtension implements InvocationInterceptor, BeforeEachCallback, AfterEachCallback {

    private static final ExtensionContext.Namespace STORE = ExtensionContext.Namespace.create(NamespaceExtension.class);

    @Override
    public void beforeEach(ExtensionContext context) throws Exception {
        context.getStore(STORE).put(ThreadNamespace.class, ThreadNamespace.open());
    }

    @Override
    public void afterEach(ExtensionContext context) {
        ThreadNamespace namespace = context.getStore(STORE).remove(ThreadNamespace.class, ThreadNamespace.class);
        if (namespace != null) {
            namespace.close();
        }
    }

    @Override
    public void interceptBeforeEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        inside(context, invocation);
    }

    @Override
    public void interceptTestMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        inside(context, invocation);
    }

    @Override
    public void interceptTestTemplateMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        inside(context, invocation);
    }

    @Override
    public void interceptAfterEachMethod(
            Invocation<Void> invocation, ReflectiveInvocationContext<Method> method, ExtensionContext context)
            throws Throwable {
        inside(context, invocation);
    }

    private static void inside(ExtensionContext context, Invocation<Void> invocation) throws Throwable {
        context.getStore(STORE).get(ThreadNamespace.class, ThreadNamespace.class).run(invocation::proceed);
    }
}
