//! Armchairs, recliners and sofas.

use serde::Deserialize;

use super::{
    Scene,
    canvas::{Tone, outline},
};

/// A single upholstered seat.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Armchair {
    build: Build,
    /// With the footrest of a recliner in front.
    #[serde(default)]
    footrest: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Build {
    Tub,
    Wing,
    Lounge,
    Club,
    Pod,
}

impl Armchair {
    pub(crate) fn draw(&self, s: &mut Scene) {
        match self.build {
            Build::Tub => draw_tub(s),
            Build::Wing => draw_wing(s),
            Build::Lounge => draw_lounge(s),
            Build::Club => draw_club(s),
            Build::Pod => draw_pod(s),
        }
        if self.footrest {
            let (x, w) = (s.x(0.24), s.width() * 0.52);
            let (main, top) = (s.main, s.y(0.3));
            s.canvas.rect([x, top, w, s.height() * 0.24], 12.0, main.darker(0.07));
            s.canvas.rect([x, top, w, s.height() * 0.17], 12.0, main.lighter(0.07));
            s.canvas.line((x + 8.0, top + s.height() * 0.17), (x + w - 8.0, top + s.height() * 0.17), main.line(), 1.5);
        }
    }
}

fn feet(s: &mut Scene, from: f64, shares: &[(f64, f64)]) {
    for &(top, foot) in shares {
        let (top, foot, tone) = (s.x(top), s.x(foot), s.trim);
        s.tapered_leg(top, from, foot, 13.0, tone);
    }
}

fn draw_tub(s: &mut Scene) {
    let (main, top, seat, base) = (s.main, s.top, s.y(0.52), s.floor - 8.0);
    s.canvas.rect([s.x(0.12), base - 8.0, s.width() * 0.76, 16.0], 4.0, Tone::INK);
    let d = outline!(
        "M{} {}Q{} {} {} {}Q{} {} 200 {}Q{} {} {} {}Q{} {} {} {}z",
        s.x(0.08),
        base,
        s.left,
        s.y(0.4),
        s.x(0.02),
        s.y(0.7),
        s.x(0.08),
        top,
        top,
        s.x(0.92),
        top,
        s.x(0.98),
        s.y(0.7),
        s.right,
        s.y(0.4),
        s.x(0.92),
        base,
    );
    s.canvas.path(&d, main);
    let inner = outline!(
        "M{} {}Q{} {} 200 {}Q{} {} {} {}z",
        s.x(0.2),
        seat,
        s.x(0.2),
        top + 16.0,
        top + 18.0,
        s.x(0.8),
        top + 16.0,
        s.x(0.8),
        seat
    );
    s.canvas.path(&inner, main.darker(0.08));
    s.canvas.rect([s.x(0.17), seat - 8.0, s.width() * 0.66, s.height() * 0.22], 16.0, main.lighter(0.1));
    s.canvas.rect(
        [s.x(0.17), seat + s.height() * 0.1, s.width() * 0.66, base - seat - s.height() * 0.1],
        8.0,
        main.darker(0.04),
    );
}

fn draw_wing(s: &mut Scene) {
    let (main, top) = (s.main, s.top);
    let (seat, base) = (s.y(0.44), s.y(0.16));
    feet(s, base, &[(0.16, 0.12), (0.84, 0.88)]);
    let d = outline!(
        "M{} {}V{}Q{} {} {} {}Q200 {} {} {}Q{} {} {} {}V{}z",
        s.x(0.14),
        seat,
        top + 50.0,
        s.x(0.06),
        top + 12.0,
        s.x(0.2),
        top + 8.0,
        top - 14.0,
        s.x(0.8),
        top + 8.0,
        s.x(0.94),
        top + 12.0,
        s.x(0.86),
        top + 50.0,
        seat
    );
    s.canvas.path(&d, main.darker(0.06));
    s.canvas.rect([s.x(0.23), top + 12.0, s.width() * 0.54, seat - top], 16.0, main.lighter(0.05));
    for row in 0..3 {
        for column in 0..3 {
            let x = s.x(0.35 + 0.15 * f64::from(column));
            let y = top + 34.0 + 30.0 * f64::from(row);
            s.canvas.circle(x, y, 2.6, main.line());
        }
    }
    for x in [s.left, s.x(0.8)] {
        s.canvas.rect([x, seat - 34.0, s.width() * 0.2, base - seat + 34.0], 14.0, main);
    }
    s.canvas.rect([s.x(0.18), seat - 8.0, s.width() * 0.64, 34.0], 11.0, main.lighter(0.12));
    s.canvas.rect([s.x(0.1), seat + 26.0, s.width() * 0.8, base - seat - 26.0], 4.0, main.darker(0.1));
}

fn draw_lounge(s: &mut Scene) {
    let (main, trim, top) = (s.main, s.trim, s.top);
    let seat = s.y(0.45);
    for x in [s.x(0.07), s.x(0.93)] {
        s.canvas.line((x, seat - 36.0), (x, s.floor - 4.0), trim, 9.0);
    }
    s.canvas.rect([s.x(0.18), top, s.width() * 0.64, seat - top + 10.0], 16.0, main);
    s.canvas.line((s.x(0.24), top + 40.0), (s.x(0.76), top + 40.0), main.line(), 1.6);
    s.canvas.rect([s.x(0.14), seat - 10.0, s.width() * 0.72, 36.0], 12.0, main.lighter(0.09));
    s.canvas.rect([s.x(0.05), seat + 26.0, s.width() * 0.9, 11.0], 4.0, trim.darker(0.08));
    for x in [s.left, s.x(0.84)] {
        s.canvas.rect([x, seat - 42.0, s.width() * 0.16, 11.0], 5.0, trim.lighter(0.08));
    }
}

fn draw_club(s: &mut Scene) {
    let (main, top) = (s.main, s.top);
    let (seat, base) = (s.y(0.44), s.floor - 8.0);
    s.canvas.rect([s.x(0.08), base - 6.0, s.width() * 0.84, 14.0], 3.0, Tone::INK);
    s.canvas.rect([s.x(0.14), top, s.width() * 0.72, seat - top + 20.0], 22.0, main);
    s.canvas.rect([s.x(0.2), top + 6.0, s.width() * 0.6, s.height() * 0.2], 16.0, main.lighter(0.08));
    s.canvas.rect([s.x(0.2), top + s.height() * 0.23, s.width() * 0.6, s.height() * 0.22], 14.0, main.lighter(0.05));
    for x in [s.left, s.x(0.79)] {
        s.canvas.rect([x, seat - 44.0, s.width() * 0.21, base - seat + 44.0], 16.0, main.darker(0.08));
        s.canvas.rect([x, seat - 48.0, s.width() * 0.21, 26.0], 13.0, main.lighter(0.04));
    }
    s.canvas.rect([s.x(0.2), seat - 10.0, s.width() * 0.6, 34.0], 10.0, main.lighter(0.12));
    s.canvas.rect([s.x(0.2), seat + 22.0, s.width() * 0.6, base - seat - 22.0], 6.0, main.darker(0.03));
}

fn draw_pod(s: &mut Scene) {
    let (main, top, base) = (s.main, s.top, s.floor - 6.0);
    let shell = main.darker(0.3);
    let d = outline!(
        "M{} {}Q{} {} {} {}Q{} {} {} {}Q200 {} {} {}Q{} {} {} {}Q{} {} {} {}z",
        s.x(0.1),
        base,
        s.left - 4.0,
        s.y(0.4),
        s.x(0.08),
        s.y(0.62),
        s.x(0.1),
        top + 20.0,
        s.x(0.26),
        top + 6.0,
        top - 10.0,
        s.x(0.74),
        top + 6.0,
        s.x(0.9),
        top + 20.0,
        s.x(0.92),
        s.y(0.62),
        s.right + 4.0,
        s.y(0.4),
        s.x(0.9),
        base,
    );
    s.canvas.path(&d, shell);
    s.canvas.rect([s.x(0.24), top + 14.0, s.width() * 0.52, s.height() * 0.58], 24.0, main.lighter(0.1));
    s.canvas.rect([s.x(0.3), top + 20.0, s.width() * 0.4, s.height() * 0.14], 14.0, main.lighter(0.2));
    for step in 0..4 {
        let y = top + s.height() * (0.26 + 0.07 * f64::from(step));
        s.canvas.line((s.x(0.32), y), (s.x(0.68), y), main.line(), 2.0);
    }
    for x in [s.x(0.03), s.x(0.79)] {
        s.canvas.rect([x, s.y(0.52), s.width() * 0.18, s.height() * 0.36], 15.0, main.lighter(0.03));
        s.canvas.stroke(&outline!("M{} {}h{}", x + 6.0, s.y(0.46), s.width() * 0.1), Tone::BRASS, 3.0);
    }
}

/// Sofas, sofa beds and their covers.
#[derive(Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Sofa {
    arms: Arms,
    #[serde(default)]
    pub(super) chaise: bool,
    #[serde(default)]
    tufted: bool,
    #[serde(default)]
    pull_out: bool,
    /// A loose cover over it, down to the floor.
    #[serde(default)]
    cover: bool,
}

#[derive(Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
enum Arms {
    None,
    Track,
    Round,
    Rolled,
}

impl Sofa {
    pub(crate) fn draw(&self, s: &mut Scene, seats: u32) {
        let (arm, radius) = match self.arms {
            Arms::None => (0.0, 8.0),
            Arms::Track => (0.07, 6.0),
            Arms::Round => (0.1, 18.0),
            Arms::Rolled => (0.1, 20.0),
        };
        let (seat, base) = (s.y(0.5), s.y(0.16));
        self.draw_feet(s, base);
        self.draw_back(s, arm, seat, seats);
        s.canvas.rect([s.x(0.02), seat + 10.0, s.width() * 0.96, base - seat - 4.0], 6.0, s.main.darker(0.1));
        self.draw_seats(s, arm, seat, seats);
        if arm > 0.0 {
            self.draw_arms(s, arm, radius, seat, base);
        }
        if self.chaise {
            draw_chaise(s, arm, seat, seats);
        }
        if self.cover {
            draw_skirt(s, seat);
        }
    }

    fn draw_feet(&self, s: &mut Scene, base: f64) {
        if self.pull_out {
            s.canvas.rect([s.x(0.06), base, s.width() * 0.88, s.floor - base - 2.0], 3.0, s.main.darker(0.3));
            s.canvas.rect([176.0, base + 8.0, 48.0, 5.0], 2.5, Tone::METAL);
            return;
        }
        feet(s, base, &[(0.07, 0.05), (0.93, 0.95), (0.5, 0.5)]);
    }

    fn draw_back(&self, s: &mut Scene, arm: f64, seat: f64, seats: u32) {
        let (main, top) = (s.main, s.top);
        s.canvas.rect([s.x(arm * 0.5), top, s.width() * (1.0 - arm), seat - top + 20.0], 12.0, main.darker(0.05));
        let share = (1.0 - 2.0 * arm) / f64::from(seats);
        for place in 0..seats {
            let x = s.x(arm + share * f64::from(place));
            let area = [x + 1.5, top + 5.0, s.width() * share - 3.0, seat - top + 6.0];
            s.canvas.rect(area, 11.0, main.lighter(0.04));
            if self.tufted {
                tuft(s, area);
            }
        }
    }

    fn draw_seats(&self, s: &mut Scene, arm: f64, seat: f64, seats: u32) {
        let share = (1.0 - 2.0 * arm) / f64::from(seats);
        let height = s.height() * 0.2;
        for place in 0..seats {
            let x = s.x(arm + share * f64::from(place));
            s.canvas.rect([x + 1.0, seat - 4.0, s.width() * share - 2.0, height], 8.0, s.main.lighter(0.11));
        }
    }

    fn draw_arms(&self, s: &mut Scene, arm: f64, radius: f64, seat: f64, base: f64) {
        let top = seat - s.height() * if self.arms == Arms::Rolled { 0.34 } else { 0.2 };
        for x in [s.left, s.right - s.width() * arm] {
            s.canvas.rect([x, top, s.width() * arm, base - top + 4.0], radius.min(s.width() * arm / 2.0), s.main);
            if self.arms == Arms::Rolled {
                s.canvas.circle(x + s.width() * arm / 2.0, top + 13.0, 16.0, s.main.lighter(0.06));
                s.canvas.circle(x + s.width() * arm / 2.0, top + 13.0, 8.0, s.main.line());
            }
        }
    }
}

fn tuft(s: &mut Scene, [x, y, w, h]: [f64; 4]) {
    for row in 0..2 {
        for column in 1..4 {
            let cx = x + w * f64::from(column) / 4.0;
            s.canvas.circle(cx, y + h * (0.28 + 0.3 * f64::from(row)), 2.4, s.main.line());
        }
    }
}

/// The long seat comes towards the viewer: its front edge is lower than the others'.
fn draw_chaise(s: &mut Scene, arm: f64, seat: f64, seats: u32) {
    let share = (1.0 - 2.0 * arm) / f64::from(seats);
    let (x, w) = (s.x(1.0 - arm - share), s.width() * (share + arm));
    let main = s.main;
    s.canvas.rect([x, seat + 6.0, w, s.floor - seat - 14.0], 8.0, main.darker(0.06));
    s.canvas.rect([x, seat - 4.0, w, s.height() * 0.36], 9.0, main.lighter(0.14));
    let y = s.floor - 9.0;
    for edge in [x + 6.0, x + w - 14.0] {
        s.canvas.rect([edge, y, 8.0, 9.0], 1.0, s.trim);
    }
}

/// The hem of a loose cover, with folds.
fn draw_skirt(s: &mut Scene, seat: f64) {
    let (main, top) = (s.main, seat + s.height() * 0.2);
    let d = outline!(
        "M{} {}H{}V{}Q{} {} {} {}T{} {}T{} {}T{} {}z",
        s.left,
        top,
        s.right,
        s.floor - 2.0,
        s.x(0.88),
        s.floor - 9.0,
        s.x(0.75),
        s.floor - 3.0,
        s.x(0.5),
        s.floor - 3.0,
        s.x(0.25),
        s.floor - 3.0,
        s.left,
        s.floor - 3.0
    );
    s.canvas.path(&d, main.darker(0.03));
    for share in [0.12, 0.3, 0.5, 0.7, 0.88] {
        s.canvas.line((s.x(share), top + 10.0), (s.x(share), s.floor - 12.0), main.line(), 1.4);
    }
}
