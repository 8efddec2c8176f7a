package io.ngrokd.testing;

import java.lang.annotation.ElementType;
import java.lang.annotation.Inherited;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * Runs each test, with its {@code @BeforeEach} and {@code @AfterEach} methods, in a {@link ThreadNamespace} of its own.
 * Aborts the tests, with the reason, where that cannot be had.
 */
@Target(ElementType.TYPE)
@Retention(RetentionPolicy.RUNTIME)
@Inherited
@ExtendWith(NamespaceExtension.class)
public @interface InOwnNamespace {}
