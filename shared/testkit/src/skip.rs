/// Says that a test is skipped because this machine lacks `what`. In CI, which installs everything, that is a failure.
#[allow(clippy::print_stderr, reason = "a test that is skipped must say so")]
pub fn skip_without(what: &str) {
    assert!(std::env::var_os("CI").is_none(), "CI skips nothing, and here it lacks {what}");
    eprintln!("skipped: this test needs {what}");
}
