//! `dateline completions` and `dateline man`: what shells and `man` want to know of the command line.

use std::path::PathBuf;

use anyhow::Context as _;
use clap::{Args, Command};
use clap_complete::Shell;

use super::outcome::Outcome;
use super::terminal::{cannot_write, print};

/// The arguments of `dateline completions`.
#[derive(Args)]
pub struct CompletionsArgs {
    /// The shell
    shell: Shell,
}

/// Prints a script that completes the command line in a shell.
pub fn completions(args: &CompletionsArgs, command: &mut Command) -> anyhow::Result<Outcome> {
    let mut script = Vec::new();
    clap_complete::generate(args.shell, command, "dateline", &mut script);
    print(&String::from_utf8(script)?)?;
    Ok(Outcome::Done)
}

/// The arguments of `dateline man`.
#[derive(Args)]
pub struct ManArgs {
    /// Write a page for each subcommand into this folder [default: print the page of dateline itself]
    #[arg(long, short, value_name = "FOLDER")]
    output: Option<PathBuf>,
}

/// Writes manual pages.
pub fn man(args: &ManArgs, command: Command) -> anyhow::Result<Outcome> {
    let command = command.disable_help_subcommand(true);
    match &args.output {
        None => {
            let mut page = Vec::new();
            clap_mangen::Man::new(command).render(&mut page)?;
            print(&String::from_utf8(page)?)?;
            Ok(Outcome::Done)
        }
        Some(folder) => {
            std::fs::create_dir_all(folder).with_context(|| cannot_write(folder))?;
            clap_mangen::generate_to(command, folder).with_context(|| cannot_write(folder))?;
            Ok(Outcome::Done)
        }
    }
}
