/**
 * Common given names and family names in English. Written for Masklab; the list is in the public
 * domain. It omits names that are also common words, such as Will or Long.
 */
export const NAMES = `
Aaron Abigail Adam Adrian Agnes Ahmed Aisha Alan Albert Alejandro Alex Alexander Alexandra Alexis
Alfred Alice Alicia Alison Allison Alma Alyssa Amanda Amelia Amir Amy Ana Andre Andrea Andrew Andy
Angela Angelina Anita Ann Anna Anne Annette Annie Anthony Antonio Arjun Arlene Arnold Arthur
Ashley Audrey Ava Barbara Beatrice Ben Benjamin Bernard Bernice Beth Bethany Betty Beverly Bob
Bonnie Brad Bradley Brandon Brenda Brent Brett Brian Brittany Bruce Bryan Caitlin Caleb Calvin
Cameron Camila Carla Carlos Carmen Carol Caroline Carolyn Catherine Cathy Cecilia Charles Charlie
Charlotte Chelsea Cheryl Chloe Chris Christian Christina Christine Christopher Cindy Clara
Clarence Claudia Clifford Clyde Connie Connor Courtney Craig Curtis Cynthia Daniel Danielle Danny
Darlene Darren Dave David Deborah Debra Dennis Derek Diana Diane Dmitri Dolores Donald Donna Doris
Dorothy Douglas Dustin Dylan Earl Eddie Edgar Edith Edward Edwin Eileen Elaine Eleanor Elena
Elijah Elizabeth Ella Ellen Elsie Emily Emma Eric Erica Erik Erin Ernest Esther Ethan Ethel Eugene
Eva Evan Evelyn Fatima Felix Fernando Fiona Florence Frances Francis Francisco Fred Frederick
Gabriel Gabriella Gail Gary Geoffrey George Gerald Geraldine Gertrude Gilbert Gina Giovanni Gladys
Gloria Gordon Greg Gregory Guillermo Hannah Harold Harriet Harry Harvey Hassan Heather Hector
Heidi Helen Henry Herbert Herman Hiroshi Howard Hugo Ian Ibrahim Ingrid Irene Isaac Isabel
Isabella Isaiah Ivan Jacob Jacqueline Jaime Jake James Jamie Jane Janet Janice Jared Jasmine Jason
Javier Jean Jeanette Jeff Jeffery Jeffrey Jennifer Jeremiah Jeremy Jerome Jerry Jesse Jessica Jill
Jim Jimmy Joan Joanna Joanne Joe Joel Johan John Johnny Jon Jonathan Jorge Jose Joseph Joshua
Joyce Juan Juanita Judith Judy Julia Julian Julie Justin Kaitlyn Karen Karl Kate Katherine
Kathleen Kathryn Kathy Katie Kayla Keith Kelly Ken Kenneth Kevin Kim Kimberly Kristen Kristin
Kristina Kurt Kyle Larry Latoya Laura Lauren Laurence Lawrence Leah Lee Leo Leon Leonard Leroy
Leslie Lewis Liam Lillian Linda Lisa Logan Lois Loretta Lori Louis Louise Lucas Lucille Lucy Luigi
Luis Luke Lydia Madison Malik Manuel Marcus Margaret Maria Mariam Marie Marilyn Mario Marion
Marjorie Marlene Marsha Martha Martin Marvin Mary Matthew Maureen Maurice Maxine Megan Melanie
Melinda Melissa Melvin Mia Michael Michele Michelle Miguel Mildred Minnie Miriam Mitchell Mohamed
Mohammed Monica Morris Muhammad Nancy Naomi Natalia Natalie Nathan Nathaniel Neil Nicholas Nicole
Nina Noah Noel Nora Norma Norman Olga Oliver Olivia Omar Oscar Pablo Pamela Patricia Patrick Paul
Paula Pauline Pedro Peggy Peter Philip Phillip Phyllis Priya Rachel Rafael Ralph Ramona Randall
Randy Raul Raymond Rebecca Regina Reginald Renee Rhonda Ricardo Richard Rick Ricky Rita Robert
Roberta Roberto Rodney Roger Roland Ronald Ronnie Rosa Ross Roy Ruben Russell Ruth Ryan Sabrina
Sally Salvador Samantha Samuel Sandra Sanjay Sara Sarah Scott Sean Sebastian Sergei Sergio Seth
Shannon Sharon Shaun Shawn Sheila Shelly Sherry Shirley Sofia Sonia Sophia Sophie Stacey Stacy
Stanley Stella Stephanie Stephen Steve Steven Stuart Susan Suzanne Sylvia Tamara Tammy Tanya Tara
Taylor Teresa Terrance Terry Thelma Theodore Theresa Thomas Tiffany Tim Timothy Tina Todd Tom Tony
Tonya Tracy Travis Tyler Valerie Vanessa Vera Vernon Veronica Vicki Vickie Victor Victoria Vincent
Virginia Vivian Wallace Walter Wanda Warren Wayne Wendy Wesley Wilhelm William Willie Wilma Xavier
Yolanda Yusuf Yvonne Zachary Zoe

Abbott Adams Alexander Ali Allen Alvarez Anderson Andrews Armstrong Arnold Bailey Banerjee Barnes
Bauer Bennett Boyd Bradley Brooks Bryant Burns Campbell Carlson Carter Castillo Chan Chapman
Chavez Chen Christensen Clark Clarke Cohen Coleman Collins Crawford Cruz Cunningham Daniels Davies
Davis Diaz Dixon Dubois Duncan Edwards Elliott Ellis Evans Ferguson Fernandez Fischer Fleming
Flores Fuller Garcia Garza Gibson Gomez Gonzales Gonzalez Graham Griffin Guerrero Gupta Gutierrez
Hamilton Hansen Hanson Harper Harris Harrison Hawkins Hayes Henderson Hernandez Herrera Hicks
Hoffman Holmes Howell Hudson Hughes Hussain Ivanov Jackson Jacobs Jenkins Jensen Jimenez Johansson
Johnson Johnston Jones Kaur Kelley Kennedy Khan Kowalski Kumar Larson Lawson Lopez MacDonald
Marshall Martinez McCarthy McDonald Medina Mendez Mendoza Meyer Miller Mitchell Moore Morales
Moreno Morgan Morrison Mueller Munoz Murphy Murray Myers Nakamura Nelson Nguyen Nichols Novak
O'Brien O'Connor O'Neill Obrien Oconnor Oliver Olson Ortega Ortiz Owens Patel Patterson Perez
Perkins Perry Peters Petersen Peterson Phillips Pierce Powell Ramirez Ramos Reed Reid Reyes
Reynolds Richardson Riley Rivera Roberts Robertson Robinson Rodriguez Rogers Romero Rossi Ruiz
Ryan Salazar Sanchez Sanders Santos Sato Schmidt Schneider Schultz Schwartz Shaw Silva Simmons
Simpson Singh Smith Snyder Soto Spencer Stephens Stevens Stevenson Stewart Sullivan Suzuki Tanaka
Thompson Torres Turner Vargas Vasquez Wagner Walsh Wang Watkins Watson Webb Weber Williams
Williamson Willis Wilson Wong Wright Yamamoto Yang Zhang Zimmermann
`;
