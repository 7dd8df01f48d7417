#!/usr/bin/env python3
"""Writes people.csv: a thousand invented recipients, the same on every run. Any likeness is chance."""
import hashlib

GIVEN = """Adaeze Aino Akira Alma Amara Anneke Anton Arash Ayelet Beatriz Bohdan Bronwen Caspar Chiara Dagny Dalia Daniyar
Deniz Dmitri Eamon Eilidh Ekene Elif Emeka Esteban Fatou Farid Freya Gita Goran Gulnara Hana Haruto Henrike Ibrahim Ieva
Ilse Imre Indira Isaura Ivo Jae-won Jelena Joaquim Kaisa Kamala Katarzyna Keoni Kofi Lale Leila Liang Linnea Lucía Lwazi
Magnus Malik Mariam Mateus Mei Mihail Mirembe Nadia Naoko Niamh Nikolai Noor Oisín Olena Omar Paloma Petra Priya Quang
Rafael Rania Rohan Rosalind Ruslan Saanvi Salome Samir Selin Shira Siddharth Sigrid Sofía Soraya Søren Tamar Tariq Tendai
Thandi Tomasz Tuulikki Uwe Vasco Venla Vikram Wanjiru Xiomara Yael Yusuf Zeynep Zofia Žarko""".split()
FAMILY = """Aaltonen Abernathy-Quill Achterberg Adeyemo Alcántara Amsalem Anquetil Arslanoğlu Asplund Baranek Bekele Bhattarai
Bielawska Bjarnason Brannock Calloway Castellane Čermák Chanda Daalmeer Delacroix-Ohm Dembélé Eguchi Eskelund Farrokhi
Fennimore Galindo Ghorbani Grünwaldt Haddad Halvorsrud Hatakeyama Hollingbery Ibarguren Igwe Ilves Jankauskas Kalandadze
Kaneshiro Kavanaugh-Rey Kowalczuk Kuznetsov-Ley Lagerqvist Lankinen Lindqvist-Oda Mabuza Mahlangu Marchetan Mbeki-Thorne
Moravec Mwangaza Nakagawa Nascimento Nguyễn Nwachukwu Oduya Okonjo Orlandini Østergaard Papadimas Pellegrin Phiri Quaresma
Rahimov Ravndal Rosenqvist Sandoval Şahin Sithole Szymborska-Lee Takahara Tamihana Thistlewood Tremblay-Fox Udagawa Uzun
Vandersteen Varga-Holm Villanueva Waweru Wickramage Xhaferri Yilmazer Zabala Zielonka""".split()
DELEGATIONS = ["Almery", "Brusk", "Carvos", "Littoral Compact", "Steering Table", "Inspection Teams", "Harbour Office"]


def draw(index, purpose, bound):
    digest = hashlib.sha256(f"{purpose} {index}".encode()).digest()
    return int.from_bytes(digest[:8], "big") % bound


def people(count):
    seen, index = set(), 0
    while len(seen) < count:
        name = f"{GIVEN[draw(index, 'given', len(GIVEN))]} {FAMILY[draw(index, 'family', len(FAMILY))]}"
        if name not in seen:
            seen.add(name)
            yield name, DELEGATIONS[draw(index, "delegation", len(DELEGATIONS))]
        index += 1


with open(__file__.replace("make_people.py", "people.csv"), "w", encoding="utf-8", newline="\n") as out:
    out.write("name,delegation\n")
    out.writelines(f"{name},{delegation}\n" for name, delegation in people(1000))
