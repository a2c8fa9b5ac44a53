//! Converter and interpreter messages (IEFC, IEF6nn).
//!
//! The texts are those of the MVS 3.8j message modules IEFVGM1 to IEFVGM71, which z/OS prints as IEFCnnnI
//! where the converter finds the fault and as IEFnnnI where the interpreter does. Many end in the place of
//! the fault, which is a `Where`.

use std::fmt;

#[allow(unused_imports, reason = "a family may have one kind of witness only")]
use super::Witness::{Doc, Log, Source};

/// The place of a fault, as the tail of a message.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Where<'a> {
    /// ` ON THE DD STATEMENT`
    Statement(&'a str),
    /// ` IN THE SPACE FIELD`
    Field(&'a str),
    /// ` IN THE LRECL SUBPARAMETER OF THE DCB FIELD`
    Subparameter(&'a str, &'a str),
}

impl fmt::Display for Where<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Statement(verb) => write!(f, " ON THE {verb} STATEMENT"),
            Self::Field(keyword) => write!(f, " IN THE {keyword} FIELD"),
            Self::Subparameter(name, keyword) => write!(f, " IN THE {name} SUBPARAMETER OF THE {keyword} FIELD"),
        }
    }
}

super::rows! {
    IEFC001I_INSTREAM = Log("JESYSMSG of DBDGEN00 JOB00361") =>
        "IEFC001I PROCEDURE {} WAS EXPANDED USING INSTREAM PROCEDURE DEFINITION";
    IEFC001I_PRIVATE = Log("JESYSMSG of jobs with JCLLIB") => "IEFC001I PROCEDURE {} WAS EXPANDED USING PRIVATE LIBRARY {}";
    IEFC001I_SYSTEM = Log("JESYSMSG of ZWESVSTC") => "IEFC001I PROCEDURE {} WAS EXPANDED USING SYSTEM LIBRARY {}";
    IEFC002I_PRIVATE = Doc("MVS System Messages") =>
        "IEFC002I INCLUDE GROUP {} WAS EXPANDED USING PRIVATE LIBRARY {}";
    IEFC002I_SYSTEM = Doc("MVS System Messages") => "IEFC002I INCLUDE GROUP {} WAS EXPANDED USING SYSTEM LIBRARY {}";
    IEFC605I = Log("JESYSMSG of a job with SET in column 3") => "IEFC605I UNIDENTIFIED OPERATION FIELD";
    IEFC606I = Source("IEFVGM1") => "IEFC606I MISPLACED DD STATEMENT";
    IEFC607I = Source("IEFVGM1") => "IEFC607I JOB HAS NO STEPS";
    IEFC610I = Source("IEFVGM2") => "IEFC610I PROCEDURE HAS NO STEP";
    IEFC611I = Source("IEFVGM2") => "IEFC611I OVERRIDDEN STEP NOT FOUND IN PROCEDURE";
    IEFC612I = Source("IEFVGM2") => "IEFC612I PROCEDURE {} WAS NOT FOUND";
    IEFC613I = Source("IEFVGM2") => "IEFC613I PROCEDURE WITHIN A PROCEDURE";
    IEFC616I = Source("IEFVGM3") => "IEFC616I SUBLIST WITHIN SUBLIST INCORRECT{}";
    IEFC617I = Source("IEFVGM3") => "IEFC617I NO NAME ON FIRST DD STATEMENT AFTER EXEC STATEMENT";
    IEFC618I = Source("IEFVGM3") => "IEFC618I OPERAND FIELD DOES NOT TERMINATE IN COMMA OR BLANK";
    IEFC621I = Source("IEFVGM3") => "IEFC621I EXPECTED CONTINUATION NOT RECEIVED";
    IEFC622I = Source("IEFVGM3") => "IEFC622I UNBALANCED PARENTHESIS{}";
    IEFC623I = Source("IEFVGM3") => "IEFC623I SOURCE TEXT CONTAINS UNDEFINED OR ILLEGAL CHARACTERS";
    IEFC624I = Source("IEFVGM4") => "IEFC624I INCORRECT USE OF PERIOD{}";
    IEFC626I = Source("IEFVGM4") => "IEFC626I INCORRECT USE OF PLUS{}";
    IEFC627I = Source("IEFVGM4") => "IEFC627I INCORRECT USE OF AMPERSAND{}";
    IEFC628I = Source("IEFVGM4") => "IEFC628I INCORRECT USE OF ASTERISK{}";
    IEFC629I = Source("IEFVGM4") => "IEFC629I INCORRECT USE OF APOSTROPHE{}";
    IEFC630I = Source("IEFVGM4") => "IEFC630I UNIDENTIFIED KEYWORD {}{}";
    IEFC632I = Source("IEFVGM5") => "IEFC632I FORMAT ERROR{}";
    IEFC635I = Source("IEFVGM5") => "IEFC635I JOBNAME MISSING";
    IEFC637I = Source("IEFVGM5") => "IEFC637I EXCESSIVE ACCOUNT FIELD LENGTH{}";
    IEFC639I = Source("IEFVGM5") => "IEFC639I INVALID CLASS DESIGNATION{}";
    IEFC640I = Source("IEFVGM6") => "IEFC640I EXCESSIVE NUMBER OF POSITIONAL PARAMETERS{}";
    IEFC641I = Source("IEFVGM6") => "IEFC641I IMPROPER SUBPARAMETER LIST{}";
    IEFC642I = Source("IEFVGM6") => "IEFC642I EXCESSIVE PARAMETER LENGTH{}";
    IEFC643I = Source("IEFVGM6") => "IEFC643I UNIDENTIFIED POSITIONAL PARAMETER{}";
    IEFC646I = Source("IEFVGM6") => "IEFC646I REQUIRED POSITIONAL PARAMETER MISSING{}";
    IEFC649I = Source("IEFVGM7") => "IEFC649I EXCESSIVE NUMBER OF DD STATEMENTS";
    IEFC650I = Source("IEFVGM7") => "IEFC650I INCORRECT USE OF SLASH{}";
    IEFC651I = Source("IEFVGM7") => "IEFC651I INCORRECT USE OF MINUS{}";
    IEFC652I = Source("IEFVGM7") =>
        "IEFC652I MUTUALLY EXCLUSIVE KEYWORDS - KEYWORD {} IS MUTUALLY EXCLUSIVE WITH KEYWORD {}";
    IEFC653I = Log("JESJCL of JOB19944") => "IEFC653I SUBSTITUTION JCL - {}";
    IEFC655I = Source("IEFVGM7") => "IEFC655I DSNAME INVALID WHEN SYSOUT SPECIFIED";
    IEFC657I = Source("IEFVGM70") => "IEFC657I SYMBOL NOT DEFINED IN PROCEDURE";
    IEFC658I = Source("IEFVGM70") => "IEFC658I PROC VERB STATEMENT OUT OF SEQUENCE";
    IEFC662I = Source("IEFVGM70") => "IEFC662I INVALID LABEL";
    IEFC663I = Source("IEFVGM70") => "IEFC663I NO LABEL";
    IEFC665I = Source("IEFVGM71") => "IEFC665I EXCESSIVE NUMBER OF IN-STREAM PROCEDURES";
    IEFC668I = Source("IEFVGM71") => "IEFC668I PEND VERB STATEMENT OUT OF SEQUENCE";
    IEF638I = Source("IEFVGM5") => "IEF638I SPECIFIED NUMERIC EXCEEDS MAXIMUM ALLOWED{}";
    IEF642I = Log("JESYSMSG of a job with an 11-character qualifier") => "IEF642I EXCESSIVE PARAMETER LENGTH{}";
    IEF643I = Log("JESYSMSG of a job with a wrong DISP") => "IEF643I UNIDENTIFIED POSITIONAL PARAMETER{}";
    IEF644I = Log("JESYSMSG of a job with a wrong SPACE") => "IEF644I INVALID NUMERIC{}";
    IEF645I = Source("IEFVGM6") => "IEF645I INVALID REFERBACK{}";
    IEF646I = Source("IEFVGM6") => "IEF646I REQUIRED POSITIONAL PARAMETER MISSING{}";
    IEF647I = Source("IEFVGM6") => "IEF647I NON-ALPHABETIC FIRST CHARACTER OF NAME{}";
    // What JES2 and the job log show of a card, not a message.
    GENERATED_SYSIN = Log("JESJCL of JOB09546") => "//SYSIN     DD *               GENERATED STATEMENT";
}

#[cfg(test)]
mod tests {
    use super::{IEF643I, IEF644I, IEFC630I, Where};

    #[test]
    fn the_place_of_a_fault_is_the_tail_of_its_message() {
        assert_eq!(
            IEF643I.with(&[&Where::Field("DISP")]).to_string(),
            "IEF643I UNIDENTIFIED POSITIONAL PARAMETER IN THE DISP FIELD"
        );
        assert_eq!(
            IEF644I.with(&[&Where::Subparameter("LRECL", "DCB")]).to_string(),
            "IEF644I INVALID NUMERIC IN THE LRECL SUBPARAMETER OF THE DCB FIELD"
        );
        assert_eq!(
            IEFC630I.with(&[&"DSP", &Where::Statement("DD")]).to_string(),
            "IEFC630I UNIDENTIFIED KEYWORD DSP ON THE DD STATEMENT"
        );
    }
}
