//! The command line: one file a subcommand.
//!
//! From low to high: `terminal` and `pretty` show things to people, `args` has the options that commands share, `corpus`
//! what the commands that work on a corpus have in common; then come the commands, and this file on top.

mod args;
mod completions;
mod corpus;
mod deliveries;
mod distance;
mod eval;
mod gazetteer;
mod help;
mod hints;
mod log;
mod map;
mod markdown;
mod model;
mod outcome;
mod outputs;
mod pretty;
mod schema;
#[cfg(feature = "server")]
mod serve;
mod setup;
mod signals;
mod stdout;
mod tag;
mod terminal;
mod version;

use std::ffi::OsString;

use clap::{CommandFactory as _, Parser, Subcommand};

use self::outcome::{Outcome, status};

/// Tags people, organisations and places in news text and puts every place on the globe.
#[derive(Parser)]
#[command(
    max_term_width = 100,
    arg_required_else_help = true,
    subcommand_negates_reqs = true,
    disable_help_subcommand = true,
    after_help = "Topics: dateline help"
)]
pub struct Cli {
    /// Print the version, and the checksums of the model and the gazetteer inside
    #[arg(long, short = 'V', required = true)]
    version: bool,
    #[command(subcommand)]
    command: Option<Command>,
}

#[derive(Subcommand)]
#[allow(clippy::large_enum_variant, reason = "there is only one of it")]
enum Command {
    /// Tags documents: people, organisations, places and where these are
    Tag(tag::TagArgs),
    /// Puts what documents name on a map: layers for QGIS, databases and browsers
    Map(map::MapArgs),
    /// Answers over HTTP: tagging, maps, the gazetteer, and a page to work with
    #[cfg(feature = "server")]
    Serve(serve::ServeArgs),
    /// Gives the geodesic distances between places
    Distance(distance::DistanceArgs),
    /// Scores what is found against corpora that people have marked
    Eval(eval::EvalArgs),
    /// Looks into the gazetteer, or builds one
    Gazetteer(gazetteer::GazetteerArgs),
    /// Looks into a model before it is used
    Model(model::ModelCommandArgs),
    /// Fetches what tagging and maps need, for a machine that will be offline
    Setup(setup::SetupArgs),
    /// Prints the JSON Schema of a tagged document, or the columns of its tables
    Schema(schema::SchemaArgs),
    /// Prints a script that completes this command line in a shell
    Completions(completions::CompletionsArgs),
    /// Prints the manual page, or writes those of all subcommands
    Man(completions::ManArgs),
    /// Prints the help of a command, or a chapter of the guide
    Help(help::HelpArgs),
}

/// Runs the command that the arguments name, of which the first is the program's own name, and gives the exit status. Errors
/// are one line on standard error.
pub fn run(args: impl IntoIterator<Item = OsString>) -> u8 {
    let cli = match Cli::try_parse_from(args) {
        Ok(cli) => cli,
        // Help was asked for, and not being able to print it is no success.
        Err(help) if !help.use_stderr() => return status(terminal::print_help(&help).map(|()| Outcome::Done)),
        Err(error) => {
            // Where even that cannot be said, the status says it.
            let _ = error.print();
            return u8::try_from(error.exit_code()).unwrap_or(u8::MAX);
        }
    };
    signals::tidy_up();
    let Some(command) = cli.command else { return status(version::run()) };
    status(match command {
        Command::Tag(args) => tag::run(args),
        Command::Map(args) => map::run(args),
        #[cfg(feature = "server")]
        Command::Serve(args) => serve::run(&args),
        Command::Distance(args) => distance::run(&args),
        Command::Eval(args) => eval::run(&args),
        Command::Gazetteer(args) => gazetteer::run(&args),
        Command::Model(args) => model::run(&args),
        Command::Setup(args) => setup::run(&args),
        Command::Schema(args) => schema::run(&args),
        Command::Completions(args) => completions::completions(&args, &mut Cli::command()),
        Command::Man(args) => completions::man(&args, Cli::command()),
        Command::Help(args) => help::run(&args, Cli::command()),
    })
}
