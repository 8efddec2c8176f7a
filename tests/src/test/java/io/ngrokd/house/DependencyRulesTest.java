package io.ngrokd.house;

import static com.tngtech.archunit.base.DescribedPredicate.not;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may know whom. The rules of the house, held against the compiled classes. */
@AnalyzeClasses(
        packages = {"io.ngrokd.api", "io.ngrokd.kernel", "io.ngrokd.plugin", "io.ngrokd.kit", "io.ngrokd.cloud"},
        importOptions = ImportOption.DoNotIncludeTests.class)
class DependencyRulesTest {

    private static final String[] CONTROL_PLANE = {
        "io.ngrokd.kernel", "io.ngrokd.kernel.config..", "io.ngrokd.kernel.plugin..", "io.ngrokd.kernel.discovery..", "io.ngrokd.kernel.ngrok..",
        "io.ngrokd.kernel.reconcile..", "io.ngrokd.kernel.allocate..", "io.ngrokd.kernel.stage..", "io.ngrokd.kernel.status..",
        "io.ngrokd.kernel.identity..", "io.ngrokd.kernel.control..", "io.ngrokd.kernel.doctor..", "io.ngrokd.kernel.state..",
    };

    @ArchTest
    static final ArchRule PLUGINS_SEE_THE_API_AND_NOT_THE_KERNEL =
            noClasses().that().resideInAPackage("io.ngrokd.plugin..").should().dependOnClassesThat().resideInAPackage("io.ngrokd.kernel..");

    @ArchTest
    static final ArchRule PLUGINS_DO_NOT_SEE_THEIR_SIBLINGS =
            slices().matching("io.ngrokd.plugin.(*).(*)..").should().notDependOnEachOther();

    /** What plugins share is packed into each of their jars: it must work wherever they do, and knows none of them. */
    @ArchTest
    static final ArchRule KITS_SEE_THE_API_AND_NEITHER_THE_KERNEL_NOR_PLUGINS = noClasses().that().resideInAPackage("io.ngrokd.kit..")
            .should().dependOnClassesThat().resideInAnyPackage("io.ngrokd.kernel..", "io.ngrokd.plugin..", "io.ngrokd.cloud..");

    @ArchTest
    static final ArchRule KITS_ARE_FOR_PLUGINS_ONLY = noClasses()
            .that().resideInAnyPackage("io.ngrokd.kernel..", "io.ngrokd.api..", "io.ngrokd.cloud..")
            .should().dependOnClassesThat().resideInAPackage("io.ngrokd.kit..");

    @ArchTest
    static final ArchRule THE_API_STANDS_ALONE = classes().that().resideInAPackage("io.ngrokd.api..")
            .should().onlyDependOnClassesThat().resideInAnyPackage("io.ngrokd.api..", "java..", "org.pf4j..", "io.vertx..");

    @ArchTest
    static final ArchRule THE_API_DOES_NO_WORK = noClasses().that().resideInAPackage("io.ngrokd.api..")
            .should().dependOnClassesThat().haveFullyQualifiedName("java.nio.file.Files")
            .orShould().dependOnClassesThat().resideInAnyPackage("java.nio.channels..", "java.util.concurrent..", "java.lang.reflect..")
            .orShould().dependOnClassesThat().haveFullyQualifiedName("java.net.Socket");

    @ArchTest
    static final ArchRule THE_DATA_PLANE_DOES_NOT_KNOW_THE_CONTROL_PLANE = noClasses().that().resideInAPackage("io.ngrokd.kernel.data..")
            .should().dependOnClassesThat().resideInAnyPackage(CONTROL_PLANE);

    @ArchTest
    static final ArchRule ONLY_THE_WIRING_KNOWS_BOTH_PLANES = noClasses()
            .that(resideInAPackage("io.ngrokd.kernel..").and(not(resideInAnyPackage("io.ngrokd.kernel", "io.ngrokd.kernel.data.."))))
            .should().dependOnClassesThat().resideInAPackage("io.ngrokd.kernel.data..");

    @ArchTest
    static final ArchRule NOBODY_KNOWS_THE_WIRING = noClasses().that().resideInAPackage("io.ngrokd.kernel.*..")
            .should().dependOnClassesThat().resideInAPackage("io.ngrokd.kernel");

    @ArchTest
    static final ArchRule RECONCILING_IS_PURE = noClasses().that().resideInAPackage("io.ngrokd.kernel.reconcile..")
            .should().dependOnClassesThat().resideInAnyPackage("io.vertx..", "io.netty..", "java.io..", "java.nio..", "java.time..", "org.slf4j..");

    @ArchTest
    static final ArchRule THE_LOCAL_CLOUD_IS_A_PROGRAM_OF_ITS_OWN = noClasses().that().resideInAPackage("io.ngrokd.cloud..")
            .should().dependOnClassesThat().resideInAnyPackage("io.ngrokd.kernel..", "io.ngrokd.api..", "io.ngrokd.plugin..");

    @ArchTest
    static final ArchRule NO_CIRCLES_IN_THE_KERNEL = slices().matching("io.ngrokd.kernel.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule NO_CIRCLES_IN_THE_DATA_PLANE = slices().matching("io.ngrokd.kernel.data.(*)..").should().beFreeOfCycles();
}
