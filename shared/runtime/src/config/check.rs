use std::time::Duration;

/// Checks durations that make no sense when they are 0.
///
/// # Errors
/// Names the first that is, as `<section>.<key>`.
pub fn longer_than_zero(section: &str, durations: &[(&str, Duration)]) -> Result<(), String> {
    match durations.iter().find(|(_, duration)| duration.is_zero()) {
        Some((key, _)) => Err(format!("{section}.{key}: must be longer than 0")),
        None => Ok(()),
    }
}

/// Checks counts that make no sense when they are 0.
///
/// # Errors
/// Names the first that is, as `<section>.<key>`.
pub fn at_least_one(section: &str, counts: &[(&str, usize)]) -> Result<(), String> {
    match counts.iter().find(|(_, count)| *count == 0) {
        Some((key, _)) => Err(format!("{section}.{key}: must be at least 1")),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_zero_is_named() {
        let second = Duration::from_secs(1);
        assert_eq!(longer_than_zero("part", &[("a", second)]), Ok(()));
        let wrong = longer_than_zero("part", &[("a", second), ("b.c", Duration::ZERO)]);
        assert_eq!(wrong, Err("part.b.c: must be longer than 0".to_owned()));
        assert_eq!(at_least_one("part", &[("a", 1)]), Ok(()));
        assert_eq!(at_least_one("part", &[("a", 0)]), Err("part.a: must be at least 1".to_owned()));
    }
}
