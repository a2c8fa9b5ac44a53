//! Symbols of the system: its names, the installation's own, and the time.
//!
//! Border: names and values. A JCL symbol hides one of these; that is `symbols`' matter.

use jiff::civil::DateTime;

/// Names that symbols of the system stand for.
#[derive(Debug, Clone, Copy)]
pub struct SystemNames<'a> {
    /// `&SYSNAME`.
    pub system: &'a str,
    /// `&SYSPLEX`.
    pub sysplex: &'a str,
    /// `&SYSR1`: the volume that the system was loaded from.
    pub residence: &'a str,
    /// Symbols of the installation (IEASYMxx). They come before those that the system has by itself.
    pub own: &'a [(String, String)],
}

impl Default for SystemNames<'_> {
    fn default() -> Self {
        Self { system: "S0W1", sysplex: "LOCAL", residence: "ZJOB01", own: &[] }
    }
}

/// The symbols of a system at a moment, which is `local` by its clock and `utc` by the world's: static and dynamic system
/// symbols of the MVS Initialization and Tuning Reference. Left out are those that mean nothing in a job: `&DS` and `&SEQ`
/// number dumps, `&JOBNAME` is the name of the address space that converts.
pub fn system_symbols(names: &SystemNames<'_>, local: DateTime, utc: DateTime) -> Vec<(String, String)> {
    let letters = names.system.chars().count();
    let clone: String = names.system.chars().skip(letters.saturating_sub(2)).collect();
    let fixed = [
        ("SYSNAME", names.system),
        ("SYSCLONE", &clone),
        ("SYSPLEX", names.sysplex),
        ("SYSR1", names.residence),
        // z/Architecture, and the level that is emulated: z/OS 2.4.
        ("SYSALVL", "2"),
        ("SYSOSLVL", "Z1020400"),
    ];
    let mut symbols = names.own.to_vec();
    symbols.extend(fixed.map(|(name, text)| (name.to_owned(), text.to_owned())));
    symbols.extend(times(utc).map(|(name, text)| (name.to_owned(), text)));
    symbols.extend(times(local).map(|(name, text)| (format!("L{name}"), text)));
    symbols
}

/// The symbols that tell the time. With an L before their names they tell the local one.
fn times(at: DateTime) -> [(&'static str, String); 13] {
    const WEEKDAYS: [&str; 7] = ["MON", "TUE", "WED", "THU", "FRI", "SAT", "SUN"];
    let weekday = usize::try_from(at.weekday().to_monday_zero_offset()).unwrap_or(0);
    let (year, month, day) = (at.year(), at.month(), at.day());
    let (hour, minute, second) = (at.hour(), at.minute(), at.second());
    let date = format!("{:02}{month:02}{day:02}", year % 100);
    let time = format!("{hour:02}{minute:02}{second:02}");
    [
        ("YYMMDD", date.clone()),
        ("HHMMSS", time.clone()),
        // The names of these two before OS/390.
        ("DATE", date),
        ("TIME", time),
        ("YR4", format!("{year:04}")),
        ("YR2", format!("{:02}", year % 100)),
        ("MON", format!("{month:02}")),
        ("DAY", format!("{day:02}")),
        ("JDAY", format!("{:03}", at.day_of_year())),
        ("WDAY", WEEKDAYS.get(weekday).copied().unwrap_or("").to_owned()),
        ("HR", format!("{hour:02}")),
        ("MIN", format!("{minute:02}")),
        ("SEC", format!("{second:02}")),
    ]
}

#[cfg(test)]
mod tests {
    use super::{SystemNames, system_symbols};

    #[test]
    fn dates_and_times_are_those_of_the_world_and_with_l_those_of_the_system() {
        let utc = jiff::civil::date(2026, 12, 31).at(23, 5, 7, 0);
        let local = jiff::civil::date(2027, 1, 1).at(0, 5, 7, 0);
        let own = [("HLQ".to_owned(), "PROD".to_owned()), ("SYSR1".to_owned(), "B4SYS1".to_owned())];
        let symbols = system_symbols(&SystemNames { own: &own, ..SystemNames::default() }, local, utc);
        let of = |name: &str| symbols.iter().find(|(known, _)| known == name).map_or("none", |(_, text)| text);
        for (name, text) in [
            ("YYMMDD", "261231"),
            ("LYYMMDD", "270101"),
            ("HHMMSS", "230507"),
            ("LHHMMSS", "000507"),
            ("YR4", "2026"),
            ("LYR4", "2027"),
            ("YR2", "26"),
            ("MON", "12"),
            ("LMON", "01"),
            ("DAY", "31"),
            ("LDAY", "01"),
            ("JDAY", "365"),
            ("LJDAY", "001"),
            ("WDAY", "THU"),
            ("LWDAY", "FRI"),
            ("HR", "23"),
            ("LHR", "00"),
            ("MIN", "05"),
            ("SEC", "07"),
            ("SYSNAME", "S0W1"),
            ("SYSCLONE", "W1"),
            ("SYSPLEX", "LOCAL"),
            ("SYSALVL", "2"),
            ("HLQ", "PROD"),
            ("SYSR1", "B4SYS1"),
            ("JOBNAME", "none"),
        ] {
            assert_eq!(of(name), text, "{name}");
        }
    }
}
