//! `dateline help`: the help of a command, or a chapter of the guide.

use clap::{Args, Command};
use dateline::guide::{CHAPTERS, Chapter};

use super::markdown;
use super::outcome::Outcome;
use super::terminal::print;

/// The arguments of `dateline help`.
#[derive(Args)]
pub struct HelpArgs {
    /// A topic, or a command such as `tag` or `eval geo` [default: all of them are listed]
    #[arg(value_name = "TOPIC|COMMAND")]
    asked: Vec<String>,
}

/// Prints what was asked for. `command` is the whole command line.
pub fn run(args: &HelpArgs, command: Command) -> anyhow::Result<Outcome> {
    let asked: Vec<&str> = args.asked.iter().map(String::as_str).collect();
    if asked.is_empty() {
        print_help(command.after_help(topics()), &[])?;
    } else if is_command(&command, &asked) {
        print_help(command, &asked)?;
    } else if let [name] = asked[..]
        && let Some(chapter) = CHAPTERS.iter().find(|chapter| chapter.name == name)
    {
        print(&markdown::shown(chapter.text))?;
    } else {
        anyhow::bail!(unknown(&command, &asked));
    }
    Ok(Outcome::Done)
}

/// Whether these words lead to a command: `eval`, `eval geo`.
fn is_command(command: &Command, words: &[&str]) -> bool {
    let mut at = Some(command);
    for word in words {
        at = at.and_then(|command| command.find_subcommand(word));
    }
    at.is_some()
}

/// Prints what the command says to `--help`.
fn print_help(command: Command, words: &[&str]) -> anyhow::Result<()> {
    let line = ["dateline"].into_iter().chain(words.iter().copied()).chain(["--help"]);
    match command.try_get_matches_from(line) {
        Err(help) => Ok(help.print()?),
        Ok(_) => Ok(()),
    }
}

/// The topics, a line each.
fn topics() -> String {
    let width = CHAPTERS.iter().map(|chapter| chapter.name.len()).max().unwrap_or_default();
    let line = |Chapter { name, title, .. }: &Chapter| format!("\n  {name:width$}  {title}");
    let lines: String = CHAPTERS.iter().map(line).collect();
    format!(
        "Topics:{lines}\n\n`dateline help TOPIC` prints a chapter of the guide, `dateline help COMMAND` what a command takes."
    )
}

/// What is said of words that are neither.
fn unknown(command: &Command, asked: &[&str]) -> String {
    let given = asked.join(" ");
    let commands = command.get_subcommands().map(Command::get_name);
    let topics: Vec<&str> = CHAPTERS.iter().map(|chapter| chapter.name).collect();
    let begins = |name: &&str| name.starts_with(&given) || given.starts_with(name);
    let meant: Vec<&str> = topics.iter().copied().chain(commands).filter(begins).collect();
    let meant = match &meant[..] {
        [] => String::new(),
        meant => format!("; did you mean {}?", meant.join(" or ")),
    };
    format!("{given}: is no topic and no command; expected one of the topics {}{meant}", topics.join(", "))
}
