"""Makes ``sample_library.sdf``: well-known drugs and tool compounds to try the program on.

    python resources/make_sample_library.py [OUTPUT.sdf]

Structures, formulas, stereodescriptors and uses are written down here from general chemical knowledge.
Formula and stereodescriptors are not derived from the SMILES: they are what the literature gives, so that
each checks the other. A compound on which they disagree stops the run.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path
from typing import NamedTuple

from rdkit import Chem
from rdkit.Chem import rdCIPLabeler, rdCoordGen, rdDepictor
from rdkit.Chem.rdMolDescriptors import CalcMolFormula
from rdkit.Geometry import Point2D

# The class names of the model ``bbbp``, so that nobody need be asked what a word means.
CROSSES = "permeable"
STAYS_OUT = "not permeable"
OUTPUT = Path(__file__).resolve().with_name("sample_library.sdf")


# Steroids by custom: ring A at the lower left, ring D at the upper right.
_C1_TO_C10 = (
    *((0.0, 1.5), (-1.3, 0.75), (-1.3, -0.75), (0.0, -1.5), (1.3, -0.75)),
    *((2.6, -1.5), (3.9, -0.75), (3.9, 0.75), (2.6, 1.5), (1.3, 0.75)),
)
_C19 = (1.3, 2.25)
_C11_TO_C13 = ((2.6, 3.0), (3.9, 3.75), (5.2, 3.0))
_C18 = (5.2, 4.5)
_C14_TO_C17 = ((5.2, 1.5), (6.62, 1.04), (7.5, 2.25), (6.62, 3.46))
_RINGS_AB = "[#6]1~[#6]~[#6]~[#6]~[#6]2~[#6]~[#6]~[#6]3~[#6]"
_RINGS_CD = "~[#6]~[#6]~[#6]2(~[CH3])~[#6]~3~[#6]~[#6]~[#6]~2"

# How some families are drawn: (SMARTS, the places of its atoms in order). The first that matches counts.
SCAFFOLDS: tuple[tuple[str, tuple[tuple[float, float], ...]], ...] = (
    (_RINGS_AB + "(~[#6]~2~1~[CH3])" + _RINGS_CD, (*_C1_TO_C10, _C19, *_C11_TO_C13, _C18, *_C14_TO_C17)),
    (_RINGS_AB + "(~[#6]~2~1)" + _RINGS_CD, (*_C1_TO_C10, *_C11_TO_C13, _C18, *_C14_TO_C17)),
    (  # morphinans: the nitrogen bridge at the top
        "[#7]1~[#6]~[#6]~[#6]23~[#6]4~[#6]5~[#6]~[#6]~[#6]~[#6]~4~[#8]~[#6]~2~[#6]~[#6]~[#6]~[#6]~3~[#6]~1~[#6]~5",
        (
            *((-0.94, 2.14), (-0.25, 1.74), (-0.25, 0.94), (-0.94, -0.16), (0.49, 0.31)),
            *((1.1, 1.68), (2.59, 1.83), (3.47, 0.62), (2.86, -0.75), (1.37, -0.91)),
            *((0.49, -2.12), (-0.94, -1.66), (-2.24, -2.41), (-3.54, -1.66), (-3.54, -0.16)),
            *((-2.24, 0.59), (-2.24, 2.09), (-1.04, 1.19)),
        ),
    ),
    (  # cisplatin: square, equals side by side
        "[NH3+][Pt-2]([NH3+])(Cl)Cl",
        ((-1.4, 1.4), (0.0, 0.0), (-1.4, -1.4), (1.4, 1.4), (1.4, -1.4)),
    ),
)
# Those that RDKit's own layout shows better than CoordGen: mostly caged ones.
PLAIN_LAYOUT = frozenset({"Atropine", "Cocaine", "Memantine", "Nifedipine", "Paclitaxel"})


class Compound(NamedTuple):
    """One record of the library, as the literature has it."""

    name: str
    smiles: str
    formula: str
    """Carbon and hydrogen first, the rest by letter, a net charge behind it (``C5H14NO+``)."""
    use: str
    bbb: str | None = None
    """Whether it gets past the blood-brain barrier; None where that is no common knowledge."""
    stereo: str = ""
    """The descriptors of the systematic name in any order: ``RSS``, ``E``. Empty for a racemate."""


# The first few are the ones somebody sees who opens the library; after them, by field of use.
START = (
    Compound("Propranolol", "CC(C)NCC(O)COc1cccc2ccccc12", "C16H21NO2", "beta blocker", CROSSES),
    Compound("Caffeine", "Cn1c(=O)c2c(ncn2C)n(C)c1=O", "C8H10N4O2", "stimulant", CROSSES),
    Compound("Diazepam", "CN1C(=O)CN=C(c2ccccc2)c2cc(Cl)ccc12", "C16H13ClN2O", "anxiolytic", CROSSES),
    Compound("Atenolol", "CC(C)NCC(O)COc1ccc(CC(N)=O)cc1", "C14H22N2O3", "beta blocker", STAYS_OUT),
    Compound(
        "Estradiol", "C[C@]12CC[C@H]3[C@@H](CCc4cc(O)ccc43)[C@@H]1CC[C@@H]2O", "C18H24O2", "oestrogen", None, "RSSSS"
    ),
    Compound("Bisphenol A", "CC(C)(c1ccc(O)cc1)c1ccc(O)cc1", "C15H16O2", "plasticiser, weak oestrogen"),
    Compound(
        "Verubecestat",
        "CN1C(N)=N[C@](C)(c2cc(NC(=O)c3ccc(F)cn3)ccc2F)CS1(=O)=O",
        "C17H17F2N5O3S",
        "BACE1 inhibitor",
        CROSSES,
        "R",
    ),
    Compound("Aspirin", "CC(=O)Oc1ccccc1C(=O)O", "C9H8O4", "analgesic, antiplatelet agent"),
    Compound("Ibuprofen", "CC(C)Cc1ccc(C(C)C(=O)O)cc1", "C13H18O2", "anti-inflammatory analgesic"),
    Compound(
        "Loperamide",
        "CN(C)C(=O)C(CCN1CCC(O)(c2ccc(Cl)cc2)CC1)(c1ccccc1)c1ccccc1",
        "C29H33ClN2O2",
        "antidiarrhoeal, P-gp substrate",
        STAYS_OUT,
    ),
)
SEDATIVES_AND_ANTICONVULSANTS = (
    Compound("Alprazolam", "Cc1nnc2n1-c1ccc(Cl)cc1C(c1ccccc1)=NC2", "C17H13ClN4", "anxiolytic", CROSSES),
    Compound("Bromazepam", "O=C1CN=C(c2ccccn2)c2cc(Br)ccc2N1", "C14H10BrN3O", "anxiolytic", CROSSES),
    Compound("Carbamazepine", "NC(=O)N1c2ccccc2C=Cc2ccccc21", "C15H12N2O", "anticonvulsant", CROSSES),
    Compound("Gabapentin", "NCC1(CC(=O)O)CCCCC1", "C9H17NO2", "anticonvulsant", CROSSES),
    Compound("Lamotrigine", "Nc1nnc(-c2cccc(Cl)c2Cl)c(N)n1", "C9H7Cl2N5", "anticonvulsant", CROSSES),
    Compound("Lorazepam", "O=C1Nc2ccc(Cl)cc2C(c2ccccc2Cl)=NC1O", "C15H10Cl2N2O2", "anxiolytic", CROSSES),
    Compound("Midazolam", "Cc1ncc2n1-c1ccc(Cl)cc1C(c1ccccc1F)=NC2", "C18H13ClFN3", "sedative", CROSSES),
    Compound("Phenobarbital", "CCC1(c2ccccc2)C(=O)NC(=O)NC1=O", "C12H12N2O3", "anticonvulsant, sedative", CROSSES),
    Compound("Phenytoin", "O=C1NC(=O)C(c2ccccc2)(c2ccccc2)N1", "C15H12N2O2", "anticonvulsant", CROSSES),
    Compound("Pregabalin", "CC(C)C[C@H](CN)CC(=O)O", "C8H17NO2", "anticonvulsant", CROSSES, "S"),
    Compound("Propofol", "CC(C)c1cccc(C(C)C)c1O", "C12H18O", "anaesthetic", CROSSES),
    Compound("Sodium valproate", "CCCC(CCC)C(=O)[O-].[Na+]", "C8H15NaO2", "anticonvulsant (salt)", CROSSES),
    Compound("Thalidomide", "O=C1CCC(N2C(=O)c3ccccc3C2=O)C(=O)N1", "C13H10N2O4", "sedative, immunomodulator"),
    Compound("Zolpidem", "CN(C)C(=O)Cc1c(-c2ccc(C)cc2)nc2ccc(C)cn12", "C19H21N3O", "hypnotic", CROSSES),
)
ANTIPSYCHOTICS_AND_ANTIDEPRESSANTS = (
    Compound("Amitriptyline", "CN(C)CCC=C1c2ccccc2CCc2ccccc21", "C20H23N", "antidepressant", CROSSES),
    Compound("Chlorpromazine", "CN(C)CCCN1c2ccccc2Sc2ccc(Cl)cc21", "C17H19ClN2S", "antipsychotic", CROSSES),
    Compound("Citalopram", "CN(C)CCCC1(c2ccc(F)cc2)OCc2cc(C#N)ccc21", "C20H21FN2O", "antidepressant", CROSSES),
    Compound("Clozapine", "CN1CCN(C2=Nc3cc(Cl)ccc3Nc3ccccc32)CC1", "C18H19ClN4", "antipsychotic", CROSSES),
    Compound("Fluoxetine", "CNCCC(c1ccccc1)Oc1ccc(C(F)(F)F)cc1", "C17H18F3NO", "antidepressant", CROSSES),
    Compound("Haloperidol", "O=C(CCCN1CCC(O)(c2ccc(Cl)cc2)CC1)c1ccc(F)cc1", "C21H23ClFNO2", "antipsychotic", CROSSES),
    Compound("Imipramine", "CN(C)CCCN1c2ccccc2CCc2ccccc21", "C19H24N2", "antidepressant", CROSSES),
    Compound("Olanzapine", "Cc1cc2c(s1)Nc1ccccc1N=C2N1CCN(C)CC1", "C17H20N4S", "antipsychotic", CROSSES),
    Compound(
        "Paroxetine", "Fc1ccc([C@@H]2CCNC[C@H]2COc2ccc3OCOc3c2)cc1", "C19H20FNO3", "antidepressant", CROSSES, "SR"
    ),
    Compound(
        "Risperidone", "Cc1nc2n(c(=O)c1CCN1CCC(c3noc4cc(F)ccc34)CC1)CCCC2", "C23H27FN4O2", "antipsychotic", CROSSES
    ),
    Compound(
        "Sertraline", "CN[C@H]1CC[C@@H](c2ccc(Cl)c(Cl)c2)c2ccccc21", "C17H17Cl2N", "antidepressant", CROSSES, "SS"
    ),
)
OPIOIDS_AND_ANAESTHETICS = (
    Compound(
        "Cocaine",
        "COC(=O)[C@H]1[C@@H](OC(=O)c2ccccc2)C[C@@H]2CC[C@H]1N2C",
        "C17H21NO4",
        "local anaesthetic, stimulant",
        CROSSES,
        "RRSS",
    ),
    Compound(
        "Codeine",
        "COc1ccc2C[C@@H]3[C@@H]4C=C[C@H](O)[C@@H]5Oc1c2[C@]45CCN3C",
        "C18H21NO3",
        "opioid analgesic",
        CROSSES,
        "RRSRS",
    ),
    Compound("Fentanyl", "CCC(=O)N(c1ccccc1)C1CCN(CCc2ccccc2)CC1", "C22H28N2O", "opioid analgesic", CROSSES),
    Compound("Ketamine", "CNC1(c2ccccc2Cl)CCCCC1=O", "C13H16ClNO", "anaesthetic", CROSSES),
    Compound("Lidocaine", "CCN(CC)CC(=O)Nc1c(C)cccc1C", "C14H22N2O", "local anaesthetic", CROSSES),
    Compound("Methadone", "CCC(=O)C(CC(C)N(C)C)(c1ccccc1)c1ccccc1", "C21H27NO", "opioid analgesic", CROSSES),
    Compound(
        "Morphine",
        "CN1CC[C@]23c4c5ccc(O)c4O[C@H]2[C@@H](O)C=C[C@H]3[C@H]1C5",
        "C17H19NO3",
        "opioid analgesic",
        CROSSES,
        "RRSRS",
    ),
    Compound(
        "Naloxone",
        "C=CCN1CC[C@]23c4c5ccc(O)c4O[C@H]2C(=O)CC[C@@]3(O)[C@H]1C5",
        "C19H21NO4",
        "opioid antagonist",
        CROSSES,
        "RSRS",
    ),
)
OTHER_CENTRALLY_ACTING = (
    Compound("Amphetamine", "CC(N)Cc1ccccc1", "C9H13N", "stimulant", CROSSES),
    Compound("Clonidine", "Clc1cccc(Cl)c1NC1=NCCN1", "C9H9Cl2N3", "antihypertensive", CROSSES),
    Compound(
        "Donepezil", "COc1cc2c(cc1OC)C(=O)C(CC1CCN(Cc3ccccc3)CC1)C2", "C24H29NO3", "cholinesterase inhibitor", CROSSES
    ),
    Compound(
        "Dronabinol",
        "CCCCCc1cc(O)c2c(c1)OC(C)(C)[C@@H]1CCC(C)=C[C@@H]21",
        "C21H30O2",
        "antiemetic, cannabinoid",
        CROSSES,
        "RR",
    ),
    Compound(
        "Galantamine",
        "COc1ccc2c3c1O[C@H]1C[C@@H](O)C=C[C@@]31CCN(C)C2",
        "C17H21NO3",
        "cholinesterase inhibitor",
        CROSSES,
        "SRS",
    ),
    Compound("Levodopa", "N[C@@H](Cc1ccc(O)c(O)c1)C(=O)O", "C9H11NO4", "antiparkinsonian", CROSSES, "S"),
    Compound("Memantine", "CC12CC3CC(C)(C1)CC(N)(C3)C2", "C12H21N", "NMDA antagonist", CROSSES),
    Compound("Metoclopramide", "CCN(CC)CCNC(=O)c1cc(Cl)c(N)cc1OC", "C14H22ClN3O2", "antiemetic", CROSSES),
    Compound("Nicotine", "CN1CCC[C@H]1c1cccnc1", "C10H14N2", "stimulant", CROSSES, "S"),
    Compound("Selegiline", "C#CCN(C)[C@H](C)Cc1ccccc1", "C13H17N", "antiparkinsonian", CROSSES, "R"),
    Compound("Theophylline", "Cn1c(=O)c2[nH]cnc2n(C)c1=O", "C7H8N4O2", "bronchodilator", CROSSES),
)
HISTAMINE_AND_MUSCARINIC_ANTAGONISTS = (
    Compound(
        "Atropine",
        "CN1[C@H]2CC[C@@H]1C[C@@H](C2)OC(=O)C(CO)c1ccccc1",
        "C17H23NO3",
        "muscarinic antagonist",
        CROSSES,
        "RrS",
    ),
    Compound("Cetirizine", "OC(=O)COCCN1CCN(C(c2ccccc2)c2ccc(Cl)cc2)CC1", "C21H25ClN2O3", "antihistamine", STAYS_OUT),
    Compound("Diphenhydramine", "CN(C)CCOC(c1ccccc1)c1ccccc1", "C17H21NO", "antihistamine", CROSSES),
    Compound(
        "Fexofenadine",
        "OC(CCCN1CCC(C(O)(c2ccccc2)c2ccccc2)CC1)c1ccc(C(C)(C)C(=O)O)cc1",
        "C32H39NO4",
        "antihistamine",
        STAYS_OUT,
    ),
    Compound(
        "Glycopyrronium",
        "C[N+]1(C)CCC(OC(=O)C(O)(c2ccccc2)C2CCCC2)C1",
        "C19H28NO3+",
        "muscarinic antagonist (cation)",
        STAYS_OUT,
    ),
    Compound("Hydroxyzine", "OCCOCCN1CCN(C(c2ccccc2)c2ccc(Cl)cc2)CC1", "C21H27ClN2O2", "antihistamine", CROSSES),
    Compound("Promethazine", "CC(CN1c2ccccc2Sc2ccccc21)N(C)C", "C17H20N2S", "antihistamine", CROSSES),
)
TRANSMITTERS_AND_PERIPHERAL_NERVOUS_SYSTEM = (
    Compound("Adrenaline", "CNC[C@H](O)c1ccc(O)c(O)c1", "C9H13NO3", "hormone, vasoconstrictor", STAYS_OUT, "R"),
    Compound("Carbidopa", "C[C@@](Cc1ccc(O)c(O)c1)(NN)C(=O)O", "C10H14N2O4", "decarboxylase inhibitor", STAYS_OUT, "S"),
    Compound("Choline", "C[N+](C)(C)CCO", "C5H14NO+", "nutrient (cation)"),
    Compound(
        "Domperidone",
        "O=c1[nH]c2ccccc2n1CCCN1CCC(n2c(=O)[nH]c3cc(Cl)ccc32)CC1",
        "C22H24ClN5O2",
        "antiemetic",
        STAYS_OUT,
    ),
    Compound("Dopamine", "NCCc1ccc(O)c(O)c1", "C8H11NO2", "neurotransmitter", STAYS_OUT),
    Compound("Histamine", "NCCc1c[nH]cn1", "C5H9N3", "neurotransmitter", STAYS_OUT),
    Compound(
        "Pyridostigmine", "CN(C)C(=O)Oc1ccc[n+](C)c1", "C9H13N2O2+", "cholinesterase inhibitor (cation)", STAYS_OUT
    ),
    Compound("Salbutamol", "CC(C)(C)NCC(O)c1ccc(O)c(CO)c1", "C13H21NO3", "bronchodilator"),
    Compound("Serotonin", "NCCc1c[nH]c2ccc(O)cc12", "C10H12N2O", "neurotransmitter", STAYS_OUT),
)
HEART_AND_METABOLISM = (
    Compound(
        "Atorvastatin",
        "CC(C)c1c(C(=O)Nc2ccccc2)c(-c2ccccc2)c(-c2ccc(F)cc2)n1CC[C@@H](O)C[C@@H](O)CC(=O)O",
        "C33H35FN2O5",
        "statin",
        STAYS_OUT,
        "RR",
    ),
    Compound("Captopril", "C[C@H](CS)C(=O)N1CCC[C@H]1C(=O)O", "C9H15NO3S", "ACE inhibitor", None, "SS"),
    Compound("Clopidogrel", "COC(=O)[C@H](c1ccccc1Cl)N1CCc2sccc2C1", "C16H16ClNO2S", "antiplatelet agent", None, "S"),
    Compound("Furosemide", "NS(=O)(=O)c1cc(C(=O)O)c(NCc2ccco2)cc1Cl", "C12H11ClN2O5S", "diuretic", STAYS_OUT),
    Compound(
        "Glibenclamide",
        "COc1ccc(Cl)cc1C(=O)NCCc1ccc(S(=O)(=O)NC(=O)NC2CCCCC2)cc1",
        "C23H28ClN3O5S",
        "antidiabetic",
        STAYS_OUT,
    ),
    Compound("Hydrochlorothiazide", "NS(=O)(=O)c1cc2c(cc1Cl)NCNS2(=O)=O", "C7H8ClN3O4S2", "diuretic", STAYS_OUT),
    Compound(
        "Levothyroxine",
        "N[C@@H](Cc1cc(I)c(Oc2cc(I)c(O)c(I)c2)c(I)c1)C(=O)O",
        "C15H11I4NO4",
        "thyroid hormone",
        None,
        "S",
    ),
    Compound(
        "Lisinopril",
        "NCCCC[C@H](N[C@@H](CCc1ccccc1)C(=O)O)C(=O)N1CCC[C@H]1C(=O)O",
        "C21H31N3O5",
        "ACE inhibitor",
        STAYS_OUT,
        "SSS",
    ),
    Compound(
        "Losartan", "CCCCc1nc(Cl)c(CO)n1Cc1ccc(-c2ccccc2-c2nnn[nH]2)cc1", "C22H23ClN6O", "angiotensin receptor blocker"
    ),
    Compound("Metformin hydrochloride", "CN(C)C(=N)NC(N)=N.Cl", "C4H12ClN5", "antidiabetic (salt)"),
    Compound("Metoprolol", "COCCc1ccc(OCC(O)CNC(C)C)cc1", "C15H25NO3", "beta blocker", CROSSES),
    Compound(
        "Nifedipine", "COC(=O)C1=C(C)NC(C)=C(C(=O)OC)C1c1ccccc1[N+](=O)[O-]", "C17H18N2O6", "calcium channel blocker"
    ),
    Compound("Nitroglycerin", "O=[N+]([O-])OCC(CO[N+](=O)[O-])O[N+](=O)[O-]", "C3H5N3O9", "vasodilator"),
    Compound(
        "Pravastatin",
        "CC[C@H](C)C(=O)O[C@H]1C[C@H](O)C=C2C=C[C@H](C)[C@H](CC[C@@H](O)C[C@@H](O)CC(=O)O)[C@H]21",
        "C23H36O7",
        "statin",
        STAYS_OUT,
        "RRSSSSRS",
    ),
    Compound(
        "Rosuvastatin",
        "CC(C)c1nc(N(C)S(C)(=O)=O)nc(-c2ccc(F)cc2)c1/C=C/[C@@H](O)C[C@@H](O)CC(=O)O",
        "C22H28FN3O6S",
        "statin",
        STAYS_OUT,
        "RSE",
    ),
    Compound(
        "Sildenafil", "CCCc1nn(C)c2c1nc([nH]c2=O)-c1cc(ccc1OCC)S(=O)(=O)N1CCN(C)CC1", "C22H30N6O4S", "PDE5 inhibitor"
    ),
    Compound(
        "Simvastatin",
        "CCC(C)(C)C(=O)O[C@H]1C[C@@H](C)C=C2C=C[C@H](C)[C@H](CC[C@@H]3C[C@@H](O)CC(=O)O3)[C@H]21",
        "C25H38O5",
        "statin",
        CROSSES,
        "SRSSRRR",
    ),
    Compound(
        "Sitagliptin",
        "N[C@@H](CC(=O)N1CCn2c(nnc2C(F)(F)F)C1)Cc1cc(F)c(F)cc1F",
        "C16H15F6N5O",
        "antidiabetic",
        STAYS_OUT,
        "R",
    ),
    Compound(
        "Verapamil", "COc1ccc(CCN(C)CCCC(C#N)(C(C)C)c2ccc(OC)c(OC)c2)cc1OC", "C27H38N2O4", "calcium channel blocker"
    ),
    Compound("Warfarin", "CC(=O)CC(c1ccccc1)c1c(O)c2ccccc2oc1=O", "C19H16O4", "anticoagulant", STAYS_OUT),
)
PAIN_AND_INFLAMMATION = (
    Compound("Celecoxib", "Cc1ccc(-c2cc(C(F)(F)F)nn2-c2ccc(S(N)(=O)=O)cc2)cc1", "C17H14F3N3O2S", "COX-2 inhibitor"),
    Compound(
        "Colchicine",
        "COc1cc2c(c(OC)c1OC)-c1ccc(OC)c(=O)cc1[C@@H](NC(C)=O)CC2",
        "C22H25NO6",
        "gout medicine",
        STAYS_OUT,
        "S",
    ),
    Compound(
        "Cromoglicic acid",
        "O=C(O)c1cc(=O)c2c(OCC(O)COc3cccc4oc(C(=O)O)cc(=O)c34)cccc2o1",
        "C23H16O11",
        "mast cell stabiliser",
        STAYS_OUT,
    ),
    Compound("Diclofenac", "O=C(O)Cc1ccccc1Nc1c(Cl)cccc1Cl", "C14H11Cl2NO2", "anti-inflammatory analgesic"),
    Compound("Naproxen", "COc1ccc2cc([C@H](C)C(=O)O)ccc2c1", "C14H14O3", "anti-inflammatory analgesic", None, "S"),
    Compound("Omeprazole", "COc1ccc2[nH]c(S(=O)Cc3ncc(C)c(OC)c3C)nc2c1", "C17H19N3O3S", "proton pump inhibitor"),
    Compound("Paracetamol", "CC(=O)Nc1ccc(O)cc1", "C8H9NO2", "analgesic", CROSSES),
    Compound(
        "Sulfasalazine",
        "O=C(O)c1cc(/N=N/c2ccc(S(=O)(=O)Nc3ccccn3)cc2)ccc1O",
        "C18H14N4O5S",
        "anti-inflammatory",
        STAYS_OUT,
        "E",
    ),
)
ANTIINFECTIVES = (
    Compound("Aciclovir", "Nc1nc2c(ncn2COCCO)c(=O)[nH]1", "C8H11N5O3", "antiviral"),
    Compound(
        "Amoxicillin",
        "CC1(C)S[C@@H]2[C@H](NC(=O)[C@H](N)c3ccc(O)cc3)C(=O)N2[C@H]1C(=O)O",
        "C16H19N3O5S",
        "antibiotic",
        STAYS_OUT,
        "SRRR",
    ),
    Compound(
        "Artemisinin",
        "C[C@@H]1CC[C@H]2[C@H](C(=O)O[C@H]3[C@@]24[C@H]1CC[C@](O3)(OO4)C)C",
        "C15H22O5",
        "antimalarial",
        None,
        "RSRSRSR",
    ),
    Compound(
        "Cephalexin",
        "CC1=C(C(=O)O)N2C(=O)[C@@H](NC(=O)[C@H](N)c3ccccc3)[C@H]2SC1",
        "C16H17N3O4S",
        "antibiotic",
        STAYS_OUT,
        "RRR",
    ),
    Compound(
        "Chloramphenicol",
        "O=C(N[C@H](CO)[C@H](O)c1ccc([N+](=O)[O-])cc1)C(Cl)Cl",
        "C11H12Cl2N2O5",
        "antibiotic",
        CROSSES,
        "RR",
    ),
    Compound("Ciprofloxacin", "O=C(O)c1cn(C2CC2)c2cc(N3CCNCC3)c(F)cc2c1=O", "C17H18FN3O3", "antibiotic"),
    Compound(
        "Erythromycin",
        "CC[C@@H]1[C@@]([C@@H]([C@H](C(=O)[C@@H](C[C@@]([C@@H]([C@H]([C@@H]([C@H](C(=O)O1)C)O[C@H]2C[C@@]([C@H]([C@@H](O2)C)O)(C)OC)C)"
        "O[C@H]3[C@@H]([C@H](C[C@H](O3)C)N(C)C)O)(C)O)C)C)O)(C)O",
        "C37H67NO13",
        "antibiotic (macrolide)",
        STAYS_OUT,
        "RSSRRRRRSRSRSRRRSS",
    ),
    Compound("Fluconazole", "OC(Cn1cncn1)(Cn1cncn1)c1ccc(F)cc1F", "C13H12F2N6O", "antifungal", CROSSES),
    Compound("Metronidazole", "Cc1ncc([N+](=O)[O-])n1CCO", "C6H9N3O3", "antibiotic", CROSSES),
    Compound(
        "Penicillin G",
        "CC1(C)S[C@@H]2[C@H](NC(=O)Cc3ccccc3)C(=O)N2[C@H]1C(=O)O",
        "C16H18N2O4S",
        "antibiotic",
        STAYS_OUT,
        "SRR",
    ),
    Compound(
        "Quinine",
        "COc1ccc2nccc([C@@H](O)[C@@H]3C[C@@H]4CCN3C[C@@H]4C=C)c2c1",
        "C20H24N2O2",
        "antimalarial",
        None,
        "RSSR",
    ),
    Compound(
        "Sofosbuvir",
        "CC(C)OC(=O)[C@H](C)N[P@](=O)(OC[C@H]1O[C@@H](n2ccc(=O)[nH]c2=O)[C@](C)(F)[C@@H]1O)Oc1ccccc1",
        "C22H29FN3O9P",
        "antiviral (prodrug)",
        None,
        "SSRRRR",
    ),
    Compound("Sulfamethoxazole", "Cc1cc(NS(=O)(=O)c2ccc(N)cc2)no1", "C10H11N3O3S", "antibiotic"),
    Compound(
        "Tetracycline",
        "C[C@@]1(O)c2cccc(O)c2C(=O)C2=C(O)[C@]3(O)C(=O)C(C(N)=O)=C(O)[C@@H](N(C)C)[C@@H]3C[C@@H]21",
        "C22H24N2O8",
        "antibiotic",
        None,
        "SSSSS",
    ),
    Compound(
        "Zanamivir",
        "CC(=O)N[C@@H]1[C@@H](N=C(N)N)C=C(C(=O)O)O[C@H]1[C@H](O)[C@H](O)CO",
        "C12H20N4O7",
        "antiviral",
        STAYS_OUT,
        "RRSRR",
    ),
    Compound(
        "Zidovudine",
        "Cc1cn([C@H]2C[C@H](N=[N+]=[N-])[C@@H](CO)O2)c(=O)[nH]c1=O",
        "C10H13N5O4",
        "antiviral",
        None,
        "RSS",
    ),
)
CANCER = (
    Compound(
        "Bortezomib",
        "CC(C)C[C@H](NC(=O)[C@H](Cc1ccccc1)NC(=O)c1cnccn1)B(O)O",
        "C19H25BN4O4",
        "proteasome inhibitor (boron)",
        STAYS_OUT,
        "RS",
    ),
    Compound("Cisplatin", "[NH3+][Pt-2]([NH3+])(Cl)Cl", "H6Cl2N2Pt", "cytostatic (metal complex)", STAYS_OUT),
    Compound("Cyclophosphamide", "O=P1(N(CCCl)CCCl)NCCCO1", "C7H15Cl2N2O2P", "cytostatic (prodrug)"),
    Compound(
        "Doxorubicin",
        "COc1cccc2c1C(=O)c1c(O)c3c(c(O)c1C2=O)C[C@@](O)(C(=O)CO)C[C@@H]3O[C@H]1C[C@H](N)[C@H](O)[C@H](C)O1",
        "C27H29NO11",
        "cytostatic",
        STAYS_OUT,
        "SSRSSS",
    ),
    Compound("Erlotinib", "C#Cc1cccc(Nc2ncnc3cc(OCCOC)c(OCCOC)cc23)c1", "C22H23N3O4", "kinase inhibitor"),
    Compound("Fluorouracil", "O=c1[nH]cc(F)c(=O)[nH]1", "C4H3FN2O2", "cytostatic"),
    Compound("Gefitinib", "COc1cc2ncnc(Nc3ccc(F)c(Cl)c3)c2cc1OCCCN1CCOCC1", "C22H24ClFN4O3", "kinase inhibitor"),
    Compound(
        "Imatinib",
        "Cc1ccc(NC(=O)c2ccc(CN3CCN(C)CC3)cc2)cc1Nc1nccc(-c2cccnc2)n1",
        "C29H31N7O",
        "kinase inhibitor",
        STAYS_OUT,
    ),
    Compound(
        "JQ1",
        "Cc1sc2c(c1C)C(c1ccc(Cl)cc1)=N[C@@H](CC(=O)OC(C)(C)C)c1nnc(C)n1-2",
        "C23H25ClN4O2S",
        "BET inhibitor (tool compound)",
        None,
        "S",
    ),
    Compound(
        "Methotrexate",
        "CN(Cc1cnc2nc(N)nc(N)c2n1)c1ccc(C(=O)N[C@@H](CCC(=O)O)C(=O)O)cc1",
        "C20H22N8O5",
        "antifolate",
        STAYS_OUT,
        "S",
    ),
    Compound(
        "Paclitaxel",
        "CC1=C2[C@@]([C@]([C@H]([C@@H]3[C@]4([C@H](OC4)C[C@@H]([C@]3(C(=O)[C@@H]2OC(=O)C)C)O)OC(=O)C)OC(=O)C5=CC=CC=C5)"
        "(C[C@@H]1OC(=O)[C@@H]([C@H](C6=CC=CC=C6)NC(=O)C7=CC=CC=C7)O)O)(C)C",
        "C47H51NO14",
        "cytostatic (taxane)",
        STAYS_OUT,
        "SSRSRSSRSRS",
    ),
    Compound(
        "Sorafenib", "CNC(=O)c1cc(Oc2ccc(NC(=O)Nc3ccc(Cl)c(C(F)(F)F)c3)cc2)ccn1", "C21H16ClF3N4O3", "kinase inhibitor"
    ),
    Compound("Temozolomide", "Cn1nnc2c(C(N)=O)ncn2c1=O", "C6H6N6O2", "cytostatic", CROSSES),
)
HORMONES_AND_OESTROGEN_RECEPTOR = (
    Compound(
        "4-Hydroxytamoxifen",
        "CC/C(=C(\\c1ccc(O)cc1)c1ccc(OCCN(C)C)cc1)c1ccccc1",
        "C26H29NO2",
        "oestrogen receptor modulator",
        None,
        "Z",
    ),
    Compound(
        "Cholesterol",
        "C[C@H](CCCC(C)C)[C@H]1CC[C@H]2[C@@H]3CC=C4C[C@@H](O)CC[C@]4(C)[C@H]3CC[C@]12C",
        "C27H46O",
        "sterol",
        STAYS_OUT,
        "SSSRRSRR",
    ),
    Compound(
        "Dexamethasone",
        "C[C@@H]1C[C@H]2[C@@H]3CCC4=CC(=O)C=C[C@]4(C)[C@@]3(F)[C@@H](O)C[C@]2(C)[C@@]1(O)C(=O)CO",
        "C22H29FO5",
        "glucocorticoid",
        None,
        "SRSSSSRR",
    ),
    Compound("Diethylstilbestrol", "CC/C(=C(/CC)c1ccc(O)cc1)c1ccc(O)cc1", "C18H20O2", "synthetic oestrogen", None, "E"),
    Compound("Estrone", "C[C@]12CC[C@H]3[C@@H](CCc4cc(O)ccc43)[C@@H]1CCC2=O", "C18H22O2", "oestrogen", None, "RSSS"),
    Compound(
        "Ethinylestradiol",
        "C#C[C@]1(O)CC[C@H]2[C@@H]3CCc4cc(O)ccc4[C@H]3CC[C@@]21C",
        "C20H24O2",
        "synthetic oestrogen",
        None,
        "RSSSR",
    ),
    Compound("Genistein", "O=c1c(-c2ccc(O)cc2)coc2cc(O)cc(O)c12", "C15H10O5", "phyto-oestrogen"),
    Compound(
        "Hydrocortisone",
        "C[C@]12CCC(=O)C=C1CC[C@@H]1[C@@H]2[C@@H](O)C[C@@]2(C)[C@H]1CC[C@]2(O)C(=O)CO",
        "C21H30O5",
        "glucocorticoid",
        None,
        "SSRSSSR",
    ),
    Compound(
        "Progesterone",
        "CC(=O)[C@H]1CC[C@H]2[C@@H]3CCC4=CC(=O)CC[C@]4(C)[C@H]3CC[C@]12C",
        "C21H30O2",
        "progestogen",
        CROSSES,
        "SSRSSS",
    ),
    Compound(
        "Raloxifene",
        "O=C(c1ccc(OCCN2CCCCC2)cc1)c1c(-c2ccc(O)cc2)sc2cc(O)ccc12",
        "C28H27NO4S",
        "oestrogen receptor modulator",
    ),
    Compound(
        "Tamoxifen",
        "CC/C(=C(\\c1ccccc1)c1ccc(OCCN(C)C)cc1)c1ccccc1",
        "C26H29NO",
        "oestrogen receptor modulator",
        None,
        "Z",
    ),
    Compound(
        "Testosterone",
        "C[C@]12CC[C@H]3[C@@H](CCC4=CC(=O)CC[C@@]43C)[C@@H]1CC[C@@H]2O",
        "C19H28O2",
        "androgen",
        CROSSES,
        "RSRSSS",
    ),
    Compound(
        "Zearalenone",
        "C[C@H]1CCCC(=O)CCC/C=C/c2cc(O)cc(O)c2C(=O)O1",
        "C18H22O5",
        "myco-oestrogen (macrocycle)",
        None,
        "SE",
    ),
)
BACE_INHIBITORS = (
    Compound(
        "Atabecestat",
        "C[C@]1(C=CSC(N)=N1)c1cc(NC(=O)c2ccc(C#N)cn2)ccc1F",
        "C18H14FN5OS",
        "BACE1 inhibitor",
        CROSSES,
        "S",
    ),
    Compound(
        "Lanabecestat",
        "CC#Cc1cncc(c1)-c1ccc2CC3(CCC(OC)CC3)[C@]3(N=C(C)C(N)=N3)c2c1",
        "C26H28N4O",
        "BACE1 inhibitor",
        CROSSES,
        "R",
    ),
    Compound(
        "LY2886721",
        "NC1=N[C@]2(COC[C@H]2CS1)c1cc(NC(=O)c2ccc(F)cn2)ccc1F",
        "C18H16F2N4O2S",
        "BACE1 inhibitor",
        CROSSES,
        "SS",
    ),
)
NUTRIENTS_AND_OTHERS = (
    Compound("Alendronic acid", "NCCCC(O)(P(=O)(O)O)P(=O)(O)O", "C4H13NO7P2", "bisphosphonate", STAYS_OUT),
    Compound("Ascorbic acid", "OC[C@H](O)[C@H]1OC(=O)C(O)=C1O", "C6H8O6", "vitamin C", None, "RS"),
    Compound("Capsaicin", "COc1cc(CNC(=O)CCCC/C=C/C(C)C)ccc1O", "C18H27NO3", "TRPV1 agonist", None, "E"),
    Compound(
        "Sucrose",
        "OC[C@H]1O[C@H](O[C@]2(CO)O[C@H](CO)[C@@H](O)[C@@H]2O)[C@H](O)[C@@H](O)[C@@H]1O",
        "C12H22O11",
        "sugar, permeability marker",
        STAYS_OUT,
        "RRSSRSSSR",
    ),
)
LIBRARY: tuple[Compound, ...] = (
    *START,
    *SEDATIVES_AND_ANTICONVULSANTS,
    *ANTIPSYCHOTICS_AND_ANTIDEPRESSANTS,
    *OPIOIDS_AND_ANAESTHETICS,
    *OTHER_CENTRALLY_ACTING,
    *HISTAMINE_AND_MUSCARINIC_ANTAGONISTS,
    *TRANSMITTERS_AND_PERIPHERAL_NERVOUS_SYSTEM,
    *HEART_AND_METABOLISM,
    *PAIN_AND_INFLAMMATION,
    *ANTIINFECTIVES,
    *CANCER,
    *HORMONES_AND_OESTROGEN_RECEPTOR,
    *BACE_INHIBITORS,
    *NUTRIENTS_AND_OTHERS,
)


class LibraryError(Exception):
    """A record contradicts itself or another one."""


def build(compound: Compound) -> Chem.Mol:
    """The compound's molecule, checked against what the literature says of it."""
    mol = Chem.MolFromSmiles(compound.smiles)
    if mol is None:
        raise LibraryError(f"{compound.name}: the SMILES does not parse")
    if (formula := CalcMolFormula(mol)) != compound.formula:
        raise LibraryError(f"{compound.name}: the SMILES has formula {formula}, known is {compound.formula}")
    if sorted(stereo := descriptors(mol)) != sorted(compound.stereo):
        raise LibraryError(f"{compound.name}: the SMILES has descriptors {stereo}, known are {compound.stereo}")
    return mol


def descriptors(mol: Chem.Mol) -> str:
    """The CIP descriptors of atoms, then of bonds: ``RSE``."""
    labelled = Chem.Mol(mol)
    rdCIPLabeler.AssignCIPLabels(labelled)
    atoms = [atom.GetProp("_CIPCode") for atom in labelled.GetAtoms() if atom.HasProp("_CIPCode")]
    bonds = [bond.GetProp("_CIPCode") for bond in labelled.GetBonds() if bond.HasProp("_CIPCode")]
    return "".join(atoms + bonds)


def lay_out(mol: Chem.Mol, name: str) -> None:
    """Gives the molecule its coordinates in the plane, 1.5 to a bond."""
    for smarts, places in SCAFFOLDS:
        if match := mol.GetSubstructMatch(Chem.MolFromSmarts(smarts)):
            fixed = {atom: Point2D(*place) for atom, place in zip(match, places, strict=True)}
            rdDepictor.Compute2DCoords(mol, coordMap=fixed, canonOrient=False, forceRDKit=True)
            return
    if name in PLAIN_LAYOUT:
        rdDepictor.Compute2DCoords(mol, forceRDKit=True)
    else:
        rdCoordGen.AddCoords(mol)
    rdDepictor.NormalizeDepiction(mol)
    rdDepictor.StraightenDepiction(mol)


def records(compounds: Iterable[Compound]) -> Iterable[Chem.Mol]:
    """The molecules with coordinates, title and fields, in order."""
    names: set[str] = set()
    structures: dict[str, str] = {}
    for compound in compounds:
        mol = build(compound)
        if compound.name in names:
            raise LibraryError(f"{compound.name} is there twice")
        names.add(compound.name)
        if (other := structures.setdefault(Chem.MolToSmiles(mol), compound.name)) != compound.name:
            raise LibraryError(f"{compound.name} has the structure of {other}")
        lay_out(mol, compound.name)
        mol.SetProp("_Name", compound.name)
        mol.SetIntProp("_MolFileChiralFlag", int(bool(compound.stereo)))
        mol.SetProp("SMILES", compound.smiles)
        mol.SetProp("Formula", compound.formula)
        mol.SetProp("Use", compound.use)
        if compound.bbb is not None:
            mol.SetProp("BBB", compound.bbb)
        yield mol


def write(path: Path) -> None:
    """Writes the whole library; nothing is written where a record is wrong."""
    mols = list(records(LIBRARY))
    with Chem.SDWriter(str(path)) as writer:
        writer.SetForceV3000(False)
        writer.SetProps(("SMILES", "Formula", "Use", "BBB"))
        for mol in mols:
            writer.write(mol)


if __name__ == "__main__":
    write(Path(sys.argv[1]) if len(sys.argv) > 1 else OUTPUT)
