//! Wrong decks, one defect each: good decks are broken by rule, and each broken one must be refused at the statement
//! that is broken, with the message that the references give for the defect.
//!
//! Message ids are those of the MVS 3.8j converter modules (IEFVGM1 to IEFVGM71) and of real job logs; which of them
//! belongs to which defect is what the JCL reference and the message texts say. ZJB ids are ours.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use zjob::job::convert::{ConvertSettings, convert};

/// Fewest decks that the rules must make.
const LEAST: usize = 300;
/// Most of them that one rule may count for.
const MOST_OF_ONE_RULE: usize = 12;
const COLUMNS: usize = 71;

/// Good decks. Each card is a statement, so a statement's number is its place.
const DECKS: &[&str] = &[
    "//COPY JOB (1234,'DEPT'),'A PROGRAMMER',CLASS=A,MSGCLASS=H,REGION=64M
//S1 EXEC PGM=IEBGENER,COND=(4,LT),TIME=(1,30)
//SYSPRINT DD SYSOUT=*
//SYSIN DD DUMMY
//SYSUT1 DD DSN=PROD.INPUT.DATA,DISP=SHR
//SYSUT2 DD DSN=PROD.OUTPUT.DATA,DISP=(NEW,CATLG,DELETE),UNIT=SYSDA,VOL=SER=WORK01
//WORK DD DSN=&&WORK,DISP=(,PASS),SPACE=(CYL,(10,5),RLSE),DCB=(RECFM=FB,LRECL=80)
//S2 EXEC PGM=IEBGENER,PARM='LIST',REGION=0M
//SYSPRINT DD SYSOUT=(A,,STD1)
//SYSUT1 DD DSN=*.S1.WORK,DISP=(OLD,DELETE)
//SYSUT2 DD SYSOUT=B,OUTLIM=5000
",
    "//TERSE JOB ,'SUPPORT',CLASS=B,MSGCLASS=X,MSGLEVEL=(1,1),TYPRUN=SCAN,PRTY=5
//PACK EXEC PGM=AMATERSE,PARM='SPACK',COND=(0,NE)
//TERSE EXEC PGM=TRSMAIN,PARM=PACK,COND=((8,LE),(16,EQ,PACK),EVEN)
//SYSPRINT DD SYSOUT=*,HOLD=YES
//INFILE DD DISP=SHR,DSN=SYS1.DUMP01
//OUTFILE DD DISP=(NEW,CATLG),DSN=YOUR.TRS,SPACE=(TRK,(100,50)),RECFM=FB,LRECL=1024
//LIB DD DISP=SHR,DSN=YOUR.LIB(MEMBER),FREE=CLOSE
//TAPE DD DSN=YOUR.TAPE,DISP=(OLD,KEEP),UNIT=(3490,2),LABEL=(2,SL,,,EXPDT=99365),VOL=(,RETAIN,SER=TAPE01)
",
    "//GDG JOB 1,PROGRAMMER,CLASS=A,NOTIFY=USER1,USER=USER1,TIME=5
//LAST EXEC PGM=SORT,DYNAMNBR=20,ADDRSPC=VIRT,PERFORM=5
//SORTIN DD DSN=MY.GROUP(0),DISP=SHR,DCB=(LRECL=100,BLKSIZE=1000,BUFNO=5)
//SORTOUT DD DSN=MY.GROUP(+1),DISP=(NEW,CATLG,DELETE),SPACE=(100,(20,10)),AVGREC=K,DSORG=PS
//SYSOUT DD SYSOUT=*,COPIES=2,CHARS=(GT10,GT12),FCB=STD1
//PRINT DD SYSOUT=(A,INTRDR),DEST=RMT1,BURST=YES
//LATER DD DDNAME=NEXT
//NEXT DD DSN=OTHER.DATA,DISP=SHR,DSNTYPE=LIBRARY,STORCLAS=FAST,RETPD=30
//UNIX DD PATH='/u/me/file',PATHOPTS=(ORDONLY),PATHMODE=(SIRUSR),PATHDISP=KEEP
",
    "//STREAMS JOB (A),'X',CLASS=C,RESTART=S2,JOBRC=LASTRC,GDGBIAS=STEP
//OUT1 OUTPUT CLASS=A,COPIES=2,DEFAULT=YES,JESDS=ALL,PRTY=100
// COMMAND 'D A,L'
//S1 EXEC PGM=IDCAMS
//SYSPRINT DD SYSOUT=*,OUTPUT=*.OUT1
//SYSIN DD *
//S2 EXEC PGM=IKJEFT01,PARM=('A,B',C),MEMLIMIT=2G,ACCT=(12,AB)
//SYSTSPRT DD SYSOUT=*
//COPY DD DSN=A.B.C,DISP=SHR,LIKE=D.E,UNIT=AFF=SYSTSPRT
// DD DSN=A.B.D,DISP=SHR
//SYSTSIN DD DATA
",
];

/// Defects that are another word in a statement.
const REPLACEMENTS: &str = include_str!("data/mutants.tsv");

/// Replaces `find` by `put` in one statement.
struct Replacement {
    rule: &'static str,
    find: String,
    put: String,
    id: &'static str,
}

fn replacements() -> impl Iterator<Item = Replacement> {
    let tabs = |text: &str| text.replace("\\t", "\t");
    REPLACEMENTS.lines().filter(|line| !line.starts_with('#')).map(move |line| {
        match line.split('\t').collect::<Vec<_>>().as_slice() {
            [rule, find, put, id] => Replacement { rule, find: tabs(find), put: tabs(put), id },
            _ => panic!("not four columns: {line}"),
        }
    })
}

/// A broken deck and what must be said of it.
struct Mutant {
    rule: String,
    deck: String,
    statement: usize,
    id: &'static str,
}

fn cards(deck: &str) -> Vec<String> {
    deck.lines().map(str::to_owned).collect()
}

fn joined(cards: &[String]) -> String {
    let mut deck = String::new();
    for card in cards {
        deck.push_str(&folded(card));
        deck.push('\n');
    }
    deck
}

/// A statement on as many cards as it needs, broken after commas outside strings and parentheses.
fn folded(card: &str) -> String {
    let mut lines = Vec::new();
    let mut rest = card.to_owned();
    while rest.chars().count() > COLUMNS {
        let mut quoted = false;
        let mut depth = 0_i32;
        let mut at = None;
        for (index, c) in rest.char_indices() {
            match c {
                '\'' => quoted = !quoted,
                '(' if !quoted => depth += 1,
                ')' if !quoted => depth -= 1,
                ',' if !quoted && index < COLUMNS => at = Some(index + 1),
                _ => {}
            }
        }
        let _ = depth;
        let Some(at) = at.filter(|at| *at > 6) else { break };
        let tail = rest.split_off(at);
        lines.push(rest);
        rest = format!("// {tail}");
    }
    lines.push(rest);
    lines.join("\n")
}

fn replaced() -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for Replacement { rule, find, put, id } in replacements() {
        let before = mutants.len();
        for deck in DECKS {
            for (index, card) in cards(deck).iter().enumerate() {
                let Some(at) = card.find(&find) else { continue };
                let mut broken = cards(deck);
                broken[index] = format!("{}{put}{}", &card[..at], &card[at + find.len()..]);
                mutants.push(Mutant { rule: rule.to_owned(), deck: joined(&broken), statement: index + 1, id });
            }
        }
        assert!(mutants.len() > before, "{rule}: {find} stands in no deck");
    }
    mutants
}

/// Defects that are more than another word.
fn by_hand() -> Vec<Mutant> {
    let mut mutants = Vec::new();
    for deck in DECKS {
        let all = cards(deck);
        for (index, card) in all.iter().enumerate() {
            let mut add = |rule: &str, cards: &[String], statement: usize, id: &'static str| {
                mutants.push(Mutant { rule: rule.to_owned(), deck: joined(cards), statement, id });
            };
            let with = |text: String| {
                let mut broken = all.clone();
                broken[index] = text;
                broken
            };
            let (name, rest) = card.strip_prefix("//").and_then(|card| card.split_once(' ')).unwrap_or(("", ""));
            if !name.is_empty() && index > 0 {
                add("a name of nine characters", &with(format!("//{name:A<9} {rest}")), index + 1, "IEFC662I");
                add(
                    "a name that begins with a digit",
                    &with(format!("//9{} {rest}", &name[1..])),
                    index + 1,
                    "IEFC662I",
                );
                add("a name with a hyphen", &with(format!("//A-{} {rest}", &name[1..])), index + 1, "IEFC662I");
            }
            // The comma before the last operand goes, and the operand stands on a card of its own.
            if let Some(comma) =
                card.rfind(',').filter(|comma| card[*comma..].contains('=') && !card[*comma..].contains([')', '\'']))
            {
                let mut broken = all.clone();
                card[..comma].clone_into(&mut broken[index]);
                broken.insert(index + 1, format!("//     {}", &card[comma + 1..]));
                add("a comma missing at the end of a card", &broken, index + 2, "IEFC605I");
            }
            let continues = all.get(index + 1).is_some_and(|next| !next.starts_with("// "));
            if continues && !card.contains("DD *") {
                add("a comma too many at the end of a card", &with(format!("{card},")), index + 1, "IEFC621I");
            }
            if rest.starts_with("EXEC ") {
                add("EXEC without a program", &with(format!("//{name} EXEC")), index + 1, "IEFC646I");
                let parm = "X".repeat(50);
                let long = format!("//{name} EXEC PGM=P,PARM=({parm},{parm})");
                add("a PARM that is too long", &with(long), index + 1, "IEFC642I");
                let mut broken = all.clone();
                broken.insert(index + 1, "//  DD DUMMY".to_owned());
                add("a first DD without a name", &broken, index + 2, "IEFC617I");
            }
            if rest.starts_with("JOB ") {
                let account = "A234567890,".repeat(14);
                let long = format!("//{name} JOB ({account}B)");
                add("accounting information that is too long", &with(long), 1, "IEFC637I");
                add("a job without a name", &with(format!("// {rest}")), 1, "IEFC635I");
                let mut broken = all.clone();
                broken.insert(1, "//EARLY DD DUMMY".to_owned());
                add("a DD before the first step", &broken, 2, "IEFC606I");
                let mut broken = all.clone();
                broken.insert(1, "// PEND".to_owned());
                add("PEND without PROC", &broken, 2, "IEFC668I");
                add("a job without steps", &all[..1], 1, "IEFC607I");
            }
        }
    }
    mutants
}

/// `statement id` of everything that stops the deck.
fn errors(deck: &str) -> Vec<(usize, &'static str)> {
    let jobs = match convert(deck.as_bytes(), &ConvertSettings::for_user("USER1")) {
        Ok(jobs) => jobs,
        Err(refused) => return vec![(0, refused.message.id())],
    };
    let found = jobs.iter().flat_map(|job| &job.diagnostics);
    found.map(|found| (found.statement.unwrap_or(0) as usize, found.message.id())).collect()
}

#[test]
fn the_decks_are_good_before_they_are_broken() {
    for deck in DECKS {
        assert_eq!(errors(&joined(&cards(deck))), [], "{deck}");
    }
}

#[test]
fn each_broken_deck_is_refused_at_the_statement_that_is_broken() {
    let mut of_rule: BTreeMap<String, usize> = BTreeMap::new();
    let mut wrong = String::new();
    let mut counted = 0;
    for mutant in replaced().into_iter().chain(by_hand()) {
        let found = errors(&mutant.deck);
        let is_right = found.contains(&(mutant.statement, mutant.id));
        // What refers to a broken statement may be told as well.
        let strays = found.iter().filter(|(statement, id)| *statement != mutant.statement && *id != "IEF645I").count();
        if !is_right || strays > allowed_strays(&mutant.rule) {
            let expected = (mutant.statement, mutant.id);
            let _ = writeln!(wrong, "{}: expected {expected:?}, found {found:?} in\n{}", mutant.rule, mutant.deck);
        }
        let of_rule = of_rule.entry(mutant.rule).or_default();
        *of_rule += 1;
        counted += usize::from(*of_rule <= MOST_OF_ONE_RULE);
    }
    assert!(wrong.is_empty(), "{wrong}");
    assert!(of_rule.len() >= 25, "{} rules", of_rule.len());
    assert!(counted >= LEAST, "{counted} decks");
}

/// How many other statements a defect may hurt: those that refer to what is gone.
fn allowed_strays(rule: &str) -> usize {
    match rule {
        "an operation in lower case"
        | "an operation that is none"
        | "a name of nine characters"
        | "a name that begins with a digit"
        | "a name with a hyphen"
        | "EXEC without a program"
        | "a comma too many at the end of a card" => usize::MAX,
        _ => 0,
    }
}
