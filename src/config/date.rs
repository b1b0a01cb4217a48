//! Days of the calendar, as `until` names them.

use std::fmt;

/// A day in UTC. Later days are greater.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Date(jiff::civil::Date);

impl Date {
    /// Reads `YYYY-MM-DD`.
    ///
    /// # Errors
    /// A phrase that says what is wrong.
    pub fn read(text: &str) -> Result<Date, &'static str> {
        let is_shaped = |(at, byte): (usize, u8)| match at {
            4 | 7 => byte == b'-',
            _ => byte.is_ascii_digit(),
        };
        if text.len() != 10 || !text.bytes().enumerate().all(is_shaped) {
            return Err("not of the form YYYY-MM-DD");
        }
        text.parse().map(Date).map_err(|_| "no such day")
    }

    /// The day of a moment, in seconds since 1970; `None` where no calendar goes that far.
    pub fn of_timestamp(seconds: i64) -> Option<Date> {
        let moment = jiff::Timestamp::from_second(seconds).ok()?;
        Some(Date(jiff::tz::Offset::UTC.to_datetime(moment).date()))
    }
}

impl Date {
    /// Whether it is over on a day; on one that nobody knows, it is not.
    pub fn is_over(self, today: Option<Date>) -> bool {
        today.is_some_and(|today| self < today)
    }
}

impl fmt::Display for Date {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_and_shown_alike() {
        for day in ["2027-03-31", "2028-02-29", "0001-01-01", "9999-12-31"] {
            assert_eq!(Date::read(day).unwrap().to_string(), day);
        }
        for (text, why) in [
            ("2027-3-31", "not of the form YYYY-MM-DD"),
            ("2027-03-31T", "not of the form YYYY-MM-DD"),
            ("31.03.2027", "not of the form YYYY-MM-DD"),
            ("2027-02-29", "no such day"),
            ("2027-00-10", "no such day"),
        ] {
            assert_eq!(Date::read(text), Err(why), "{text}");
        }
    }

    #[test]
    fn a_day_is_over_on_the_next_one() {
        let day = |text| Date::read(text).unwrap();
        assert!(!day("2027-03-31").is_over(Some(day("2027-03-31"))));
        assert!(day("2027-03-31").is_over(Some(day("2027-04-01"))));
        assert!(!day("2027-03-31").is_over(None));
    }

    #[test]
    fn a_moment_has_its_day_in_utc() {
        assert_eq!(Date::of_timestamp(0), Date::read("1970-01-01").ok());
        assert_eq!(Date::of_timestamp(1_806_537_599), Date::read("2027-03-31").ok());
        assert_eq!(Date::of_timestamp(1_806_537_600), Date::read("2027-04-01").ok());
        assert_eq!(Date::of_timestamp(i64::MAX), None);
    }
}
