from tests.world import World


def test_the_officer_in_cairo_sees_a_calm_today(world: World) -> None:
    answer = world.client("officer.cairo").get("/")
    assert answer.status_code == 200
    assert "Nothing needs you now." in answer.text


def test_a_stranger_is_sent_to_the_sign_in_page(world: World) -> None:
    answer = world.client().get("/")
    assert answer.status_code == 303
    assert answer.location == "/sign-in"
