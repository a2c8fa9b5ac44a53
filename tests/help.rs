//! The help texts, frozen: a change of the command line is a change that somebody looks at.

use clap::CommandFactory;
use zjob::cli::Arguments;

/// The long help of a command and of everything below it.
fn help_of(command: &mut clap::Command, path: &str, out: &mut String) {
    out.push_str("==== ");
    out.push_str(path);
    out.push('\n');
    out.push_str(&command.render_long_help().to_string());
    out.push('\n');
    let names: Vec<String> = command.get_subcommands().map(|sub| sub.get_name().to_owned()).collect();
    for name in names.iter().filter(|name| *name != "help") {
        if let Some(sub) = command.find_subcommand_mut(name) {
            help_of(sub, &format!("{path} {name}"), out);
        }
    }
}

#[test]
fn the_help_of_every_command_is_frozen() {
    let mut text = String::new();
    help_of(&mut Arguments::command().term_width(100), "zjob", &mut text);
    let text = text.lines().map(str::trim_end).collect::<Vec<_>>().join("\n");
    insta::assert_snapshot!("help", text);
}

#[test]
fn every_command_that_does_something_has_a_help_text_of_its_own() {
    fn check(command: &clap::Command) {
        assert!(command.get_about().is_some(), "{} has no help", command.get_name());
        command.get_subcommands().filter(|sub| sub.get_name() != "help").for_each(check);
    }
    check(&Arguments::command());
}
