//! The command line of `dateline`.

use std::process::ExitCode;

fn main() -> ExitCode {
    // SAFETY: nothing else runs yet that could read or write the environment.
    unsafe { std::env::set_var(dateline::inner::onnx::NO_TELEMETRY, "1") };
    dateline::cli::run(std::env::args_os()).into()
}
