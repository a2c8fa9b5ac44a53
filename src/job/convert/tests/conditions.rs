//! IF, ELSE, ENDIF around steps.

use super::{JOB, converted, errors, hints};

fn sides(deck: &str) -> Vec<String> {
    let job = converted(deck);
    let side = |step: &crate::job::model::Step| {
        let all: Vec<String> =
            step.branches.iter().map(|b| format!("{}{}", b.statement, if b.otherwise { "-" } else { "+" })).collect();
        format!("{} {}", step.name, all.join(" "))
    };
    job.steps.iter().map(side).collect()
}

#[test]
fn each_step_knows_the_sides_that_it_stands_on() {
    let deck = format!(
        "{JOB}//A EXEC PGM=P\n// IF A.RC = 0 THEN\n//B EXEC PGM=P\n//  IF ABEND THEN\n//C EXEC PGM=P\n//  ELSE\n\
         //D EXEC PGM=P\n//  ENDIF\n// ELSE\n//E EXEC PGM=P\n// ENDIF\n//F EXEC PGM=P\n"
    );
    assert_eq!(sides(&deck), ["A ", "B 3+", "C 3+ 5+", "D 3+ 5-", "E 3-", "F "]);
}

#[test]
fn steps_of_a_procedure_stand_on_the_side_of_their_call() {
    let deck = format!(
        "{JOB}//P PROC\n//X EXEC PGM=P\n// IF RC > 4 THEN\n//Y EXEC PGM=P\n// ENDIF\n// PEND\n\
         //A EXEC PGM=P\n// IF RC = 0 THEN\n//S EXEC P\n// ENDIF\n"
    );
    assert_eq!(sides(&deck), ["A ", "X 4+", "Y 4+ 8+"]);
}

#[test]
fn an_expression_may_stand_on_several_cards() {
    let deck =
        format!("{JOB}//A EXEC PGM=P\n// IF (A.RC = 0 |\n//    A.RC = 4) THEN  comment\n//B EXEC PGM=P\n// ENDIF\n");
    assert_eq!(sides(&deck), ["A ", "B 3+"]);
}

#[test]
fn what_does_not_fit_is_told() {
    let with = |cards: &str| errors(&format!("{JOB}//A EXEC PGM=P\n{cards}"));
    assert_eq!(with("// ELSE\n"), ["3 ZJB008E ELSE STATEMENT OUT OF PLACE"]);
    assert_eq!(with("// ENDIF\n"), ["3 ZJB008E ENDIF STATEMENT OUT OF PLACE"]);
    assert_eq!(with("// IF RC = 0 THEN\n//B EXEC PGM=P\n"), ["3 ZJB027E IF WITHOUT ENDIF"]);
    let twice = with("// IF RC = 0 THEN\n// ELSE\n// ELSE\n// ENDIF\n");
    assert_eq!(twice, ["5 ZJB008E ELSE STATEMENT OUT OF PLACE"]);
    let wrong = with("// IF RC = FINE THEN\n//B EXEC PGM=P\n// ENDIF\n");
    assert_eq!(wrong, ["3 ZJB009E THE EXPRESSION OF IF CANNOT BE READ - EXPECTED: A RETURN CODE FROM 0 TO 4095"]);
}

#[test]
fn if_nests_to_15_levels() {
    let deck = |levels: usize| {
        format!("{JOB}//A EXEC PGM=P\n{}{}", "// IF RC=0 THEN\n".repeat(levels), "// ENDIF\n".repeat(levels))
    };
    assert_eq!(errors(&deck(15)), [""; 0]);
    assert_eq!(errors(&deck(16)), ["18 ZJB006E IF STATEMENTS ARE NESTED DEEPER THAN 15 LEVELS"]);
}

#[test]
fn a_step_that_does_not_come_before_the_if_is_hinted_at() {
    let deck = format!("{JOB}//A EXEC PGM=P\n// IF A.RC=0 & B.RUN & B.X.RC=0 THEN\n// ENDIF\n//B EXEC PGM=P\n");
    assert!(errors(&deck).is_empty());
    let said = hints(&deck);
    assert_eq!(said.len(), 2, "{said:?}");
    assert!(said[0].starts_with("ZJB037I IF names B,") && said[1].starts_with("ZJB037I IF names B.X,"));
}
