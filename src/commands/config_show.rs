//! `config show`: each value and where it came from.

use crate::config::Config;

use super::say;

pub(super) fn run(config: &Config) {
    let width = config.settings.iter().map(|s| s.name.len()).max().unwrap_or(0);
    for setting in &config.settings {
        say(format_args!("{:width$}  {}  ({})", setting.name, setting.shown, setting.source));
    }
}
