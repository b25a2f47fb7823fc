package io.slotregistry.architecture;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.constructors;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaConstructor;
import com.tngtech.archunit.lang.ArchCondition;
import com.tngtech.archunit.lang.ConditionEvents;
import com.tngtech.archunit.lang.SimpleConditionEvent;
import org.junit.jupiter.api.Test;

class ClassesTest {
    private static final int MAX_PARAMETERS = 7;

    @Test
    void namesSayTheThingNotThePattern() {
        noClasses()
                .should()
                .haveNameMatching(".*(Impl|Manager|Helper|Util|Utils|Processor|Strategy|Delegate|Exchanger)(\\$.*)?")
                .orShould()
                .haveNameMatching("(.*[.$])?(Base|Default|Abstract)([A-Z$].*)?")
                .because("such a name does not say what the class is: name it after what it does")
                .check(Production.CLASSES);
    }

    @Test
    void constructorsTakeFewCollaborators() {
        constructors()
                .that()
                .areDeclaredInClassesThat()
                .areNotRecords()
                .and()
                .areDeclaredInClassesThat()
                .areNotAnonymousClasses()
                .should(haveFewParameters())
                .because("a class with more collaborators does more than one thing, or they belong into a record")
                .check(Production.CLASSES);
    }

    private static ArchCondition<JavaConstructor> haveFewParameters() {
        return new ArchCondition<>("have at most " + MAX_PARAMETERS + " parameters") {
            @Override
            public void check(JavaConstructor constructor, ConditionEvents events) {
                int count = constructor.getRawParameterTypes().size() - added(constructor.getOwner());
                events.add(new SimpleConditionEvent(
                        constructor, count <= MAX_PARAMETERS, constructor.getDescription() + " has " + count));
            }
        };
    }

    /** Parameters that the compiler adds: name and ordinal of an enum constant, the outer object of an inner class. */
    private static int added(JavaClass owner) {
        if (owner.isEnum()) {
            return 2;
        }
        return owner.isInnerClass() ? 1 : 0;
    }
}
