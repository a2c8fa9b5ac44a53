//! JCL symbols: SET, PROC defaults, values on EXEC, system symbols, and what EXPORT shows to in-stream data.
//!
//! Border: names and values. Where a symbol stands in a field is `jcl::symbol`'s matter.

use std::cell::Cell;
use std::collections::{HashMap, HashSet};

use crate::jcl::symbol::Value;

/// Longest substitution text (JCL reference, "Defining and nullifying JCL symbols").
pub(super) const MAX_VALUE: usize = 255;

/// What SYMBOLS= on a DD statement lets in-stream data see.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Visible {
    /// No SYMBOLS: the data stays as it is.
    Nothing,
    /// JCLONLY: exported JCL symbols.
    Jcl,
    /// EXECSYS, CNVTSYS: these and the symbols of the system.
    JclAndSystem,
}

#[derive(Debug)]
struct Symbol {
    text: String,
    is_exported: bool,
    is_used: Cell<bool>,
}

/// The symbols of the job or of one procedure.
type Scope = HashMap<String, Symbol>;

/// All symbols, as they are at one statement.
#[derive(Debug)]
pub(super) struct Symbols<'d> {
    job: Scope,
    /// Those of EXEC and PROC, the innermost procedure last.
    procedures: Vec<Scope>,
    /// Symbols that EXEC gives to each of these procedures.
    called_with: Vec<Vec<String>>,
    system: &'d [(String, String)],
    exports_all: bool,
    exports: HashSet<String>,
    user: &'d str,
    /// True if an INCLUDE group that may have set symbols was left out.
    pub(super) is_incomplete: bool,
}

impl<'d> Symbols<'d> {
    /// The symbols at the start of a job of `user`.
    pub(super) fn new(user: &'d str, system: &'d [(String, String)]) -> Self {
        Self {
            job: Scope::new(),
            procedures: Vec::new(),
            called_with: Vec::new(),
            system,
            exports_all: false,
            exports: HashSet::new(),
            user,
            is_incomplete: false,
        }
    }

    /// The value of a symbol in a JCL statement. A JCL symbol hides a system symbol of the same name.
    pub(super) fn get(&self, name: &str) -> Option<Value<'_>> {
        let mut found = None;
        for scope in self.procedures.iter().rev().chain([&self.job]) {
            if let Some(symbol) = scope.get(name) {
                symbol.is_used.set(true);
                found = found.or(Some(Value::whole(&symbol.text)));
            }
        }
        found.or_else(|| (name == "SYSUID").then_some(Value::whole(self.user))).or_else(|| self.of_system(name))
    }

    /// The value of a symbol in in-stream data: that of SYSUID and of exported symbols, and what `visible` adds.
    pub(super) fn get_for_data(&self, name: &str, visible: Visible) -> Option<Value<'_>> {
        let mut scopes = self.procedures.iter().rev().chain([&self.job]);
        let exported = scopes.find_map(|scope| scope.get(name)).filter(|symbol| symbol.is_exported);
        let exported = exported.map(|symbol| Value::whole(&symbol.text));
        let known = exported.or_else(|| (name == "SYSUID").then_some(Value::whole(self.user)));
        known.or_else(|| (visible == Visible::JclAndSystem).then(|| self.of_system(name)).flatten())
    }

    fn of_system(&self, name: &str) -> Option<Value<'_>> {
        let found = self.system.iter().find(|(known, _)| known == name);
        found.map(|(_, text)| Value { text, has_parts: true })
    }

    /// SET: the nearest procedure that has got the symbol from PROC or EXEC keeps the value for itself, otherwise it
    /// holds for the rest of the job (JCL reference, "Using symbols in nested procedures").
    pub(super) fn set(&mut self, name: &str, text: String) {
        let symbol = self.symbol(name, text);
        let scope = self.procedures.iter_mut().rev().find(|scope| scope.contains_key(name));
        scope.unwrap_or(&mut self.job).insert(name.to_owned(), symbol);
    }

    /// A procedure begins, with the symbols that EXEC assigns. Of duplicates the first counts.
    pub(super) fn enter(&mut self, assigned: Vec<(String, String)>) {
        let mut scope = Scope::new();
        let mut names = Vec::new();
        for (name, text) in assigned {
            let symbol = self.symbol(&name, text);
            if scope.insert_first(&name, symbol) {
                names.push(name);
            }
        }
        self.procedures.push(scope);
        self.called_with.push(names);
    }

    /// A default of the PROC statement: EXEC comes first.
    pub(super) fn default(&mut self, name: &str, text: String) {
        let symbol = self.symbol(name, text);
        let Some(scope) = self.procedures.last_mut() else { return };
        scope.insert_first(name, symbol);
        if let Some(names) = self.called_with.last_mut() {
            names.retain(|called| called != name);
        }
    }

    /// A procedure ends. Returns the symbols on its EXEC statement that neither PROC nor any statement knows.
    pub(super) fn leave(&mut self) -> Vec<String> {
        let scope = self.procedures.pop().unwrap_or_default();
        let called = self.called_with.pop().unwrap_or_default();
        called.into_iter().filter(|name| scope.get(name).is_some_and(|symbol| !symbol.is_used.get())).collect()
    }

    /// EXPORT SYMLIST: what gets a value from now on can be seen by in-stream data. `*` means all.
    pub(super) fn export(&mut self, name: &str) {
        if name == "*" {
            self.exports_all = true;
        } else {
            self.exports.insert(name.to_owned());
        }
    }

    fn symbol(&self, name: &str, text: String) -> Symbol {
        let is_exported = self.exports_all || self.exports.contains(name);
        Symbol { text, is_exported, is_used: Cell::new(false) }
    }
}

trait InsertFirst {
    /// Inserts unless the name is taken; true if it was free.
    fn insert_first(&mut self, name: &str, symbol: Symbol) -> bool;
}

impl InsertFirst for Scope {
    fn insert_first(&mut self, name: &str, symbol: Symbol) -> bool {
        let is_free = !self.contains_key(name);
        if is_free {
            self.insert(name.to_owned(), symbol);
        }
        is_free
    }
}

#[cfg(test)]
mod tests {
    use super::{Symbols, Visible};
    use crate::job::convert::{SystemNames, system_symbols};

    fn text(symbols: &Symbols<'_>, name: &str) -> Option<String> {
        symbols.get(name).map(|value| value.text.to_owned())
    }

    fn pairs(assigned: &[(&str, &str)]) -> Vec<(String, String)> {
        assigned.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect()
    }

    #[test]
    fn nested_procedures_see_what_the_jcl_reference_says() {
        // JCL Reference, "Examples of coding symbols in nested procedures", example 1.
        let mut symbols = Symbols::new("ME", &[]);
        symbols.set("A", "123".to_owned());
        symbols.set("B", "456".to_owned());
        let all = |symbols: &Symbols<'_>| ["A", "B", "C"].map(|name| text(symbols, name).unwrap_or("-".to_owned()));
        assert_eq!(all(&symbols), ["123", "456", "-"]);
        symbols.enter(pairs(&[("A", ""), ("C", "789")]));
        symbols.default("A", "234".to_owned());
        symbols.default("C", "GHI".to_owned());
        assert_eq!(all(&symbols), ["", "456", "789"]);
        symbols.enter(pairs(&[("A", "ABC"), ("B", "DEF")]));
        assert_eq!(all(&symbols), ["ABC", "DEF", "789"]);
        symbols.leave();
        assert_eq!(all(&symbols), ["", "456", "789"]);
        symbols.leave();
        assert_eq!(all(&symbols), ["123", "456", "-"]);
    }

    #[test]
    fn set_in_a_procedure_holds_for_the_job_unless_the_procedure_has_the_symbol() {
        let mut symbols = Symbols::new("ME", &[]);
        symbols.enter(pairs(&[("A", "1")]));
        symbols.set("A", "2".to_owned());
        symbols.set("B", "3".to_owned());
        assert_eq!(text(&symbols, "A").as_deref(), Some("2"));
        symbols.leave();
        assert_eq!(text(&symbols, "A"), None);
        assert_eq!(text(&symbols, "B").as_deref(), Some("3"));
    }

    #[test]
    fn a_symbol_that_nobody_uses_is_told_unless_proc_names_it() {
        let mut symbols = Symbols::new("ME", &[]);
        symbols.enter(pairs(&[("USED", "1"), ("NAMED", "2"), ("LOST", "3"), ("DEEP", "4")]));
        symbols.default("NAMED", String::new());
        symbols.get("USED");
        symbols.enter(Vec::new());
        symbols.get("DEEP");
        symbols.leave();
        assert_eq!(symbols.leave(), ["LOST"]);
    }

    #[test]
    fn data_sees_what_was_set_after_export() {
        let now = jiff::civil::date(2026, 3, 9).at(7, 5, 3, 0);
        let system = system_symbols(&SystemNames::default(), now, now);
        let mut symbols = Symbols::new("ME", &system);
        symbols.set("A", "1".to_owned());
        symbols.export("A");
        let data = |symbols: &Symbols<'_>, name: &str, visible| {
            symbols.get_for_data(name, visible).map(|value| value.text.to_owned())
        };
        assert_eq!(data(&symbols, "A", Visible::Jcl), None);
        symbols.set("A", "2".to_owned());
        assert_eq!(data(&symbols, "A", Visible::Jcl).as_deref(), Some("2"));
        assert_eq!(data(&symbols, "SYSUID", Visible::Jcl).as_deref(), Some("ME"));
        assert_eq!(data(&symbols, "SYSNAME", Visible::Jcl), None);
        assert_eq!(data(&symbols, "LYYMMDD", Visible::JclAndSystem).as_deref(), Some("260309"));
        assert_eq!(data(&symbols, "LWDAY", Visible::JclAndSystem).as_deref(), Some("MON"));
    }

    #[test]
    fn a_jcl_symbol_hides_a_system_symbol() {
        let system = vec![("SYSNAME".to_owned(), "S0W1".to_owned())];
        let mut symbols = Symbols::new("ME", &system);
        assert!(symbols.get("SYSNAME").is_some_and(|value| value.text == "S0W1" && value.has_parts));
        symbols.set("SYSNAME", "X".to_owned());
        assert!(symbols.get("SYSNAME").is_some_and(|value| value.text == "X" && !value.has_parts));
    }
}
