"""The auditor's pages."""
from tests.world import World

def test_x(world: World):
    for name, path in (("auditor.hq","/trail"),("auditor.hq","/trail/5"),("auditor.hq","/trail/check"),("admin.hq","/running")):
        a = world.client(name).get(path)
        print(path, a.status_code)
        print(a.text[a.text.index("<main"):][:3000] if a.status_code==200 else a.text[-1500:])
    a = world.client("auditor.hq").post("/trail/check")
    print(a.status_code, a.text[a.text.index("<main"):][:3000])
    assert 0
